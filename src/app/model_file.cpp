#include "app/model_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/time.h"
#include "decisions/question.h"
#include "dmn/read_model.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;

Result<dmn::Model> read_one(const fs::path& path) {
  const std::string text = TRY(read_whole_file(path));
  auto model = dmn::read_model(text);
  if (!model.ok()) return in_file(model.problems(), path);
  return model;
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

std::vector<fs::path> models_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code unreadable;
  for (fs::directory_iterator file(folder, unreadable), end; !unreadable && file != end; file.increment(unreadable)) {
    if (file->path().extension() == ".dmn") files.push_back(file->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The models that a model imports, directly and through others.
class ImportReader {
 public:
  explicit ImportReader(const dmn::Model& model) { known_.insert(model.namespace_uri); }

  Result<void> read_imports_of(const dmn::Model& model, const fs::path& folder) {
    for (const dmn::Import& import : model.imports) {
      const bool is_model = import.import_type.find("/DMN/") != std::string::npos;
      if (!is_model || !known_.insert(import.namespace_uri).second) continue;
      TRY(read_import(import, folder));
    }
    return {};
  }
  std::vector<dmn::Model> take() && { return std::move(models_); }

 private:
  Result<void> read_import(const dmn::Import& import, const fs::path& folder) {
    const fs::path named = folder / import.location_uri;
    std::error_code unreadable;
    if (!import.location_uri.empty() && fs::is_regular_file(named, unreadable)) {
      return keep(TRY(read_one(named)), folder_of(named));
    }
    for (const fs::path& file : models_in(folder)) {
      // One that can't be read may have nothing to do with this model. If it has, compiling says what is missing.
      auto model = read_one(file);
      if (model.ok() && model->namespace_uri == import.namespace_uri) return keep(std::move(*model), folder);
    }
    return {};
  }

  Result<void> keep(dmn::Model model, const fs::path& folder) {
    TRY(read_imports_of(model, folder));
    models_.push_back(std::move(model));
    return {};
  }

  std::set<std::string, std::less<>> known_;  // Namespaces.
  std::vector<dmn::Model> models_;
};

}  // namespace

Problems in_file(Problems problems, const fs::path& path) {
  for (Problem& problem : problems) {
    problem.where = path.string() + (problem.where.empty() ? "" : ", " + problem.where);
  }
  return problems;
}

Result<std::string> read_whole_file(const fs::path& path, std::size_t most_mebibytes) {
  std::error_code unreadable;
  if (!fs::exists(path, unreadable)) {
    return Problem{"There is no such file.", path.string(), "Check its name and the folder."};
  }
  if (!fs::is_regular_file(path, unreadable) && !fs::is_fifo(path, unreadable)) {
    return Problem{fs::is_directory(path, unreadable) ? "This is a folder, not a file." : "This is not a file.",
                   path.string(), "Give the name of a file."};
  }
  std::ifstream in(path, std::ios::binary);
  std::string text, piece(1 << 20, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_mebibytes << 20) {
      return Problem{"This file has more than " + std::to_string(most_mebibytes) + " MiB.", path.string(),
                     "Check whether it is the right one."};
    }
  }
  if (!in.eof()) return Problem{"This file can't be read.", path.string(), "Check who may read it."};
  return text;
}

Result<std::shared_ptr<const dmn::DecisionModel>> read_model_file(const fs::path& path) {
  dmn::Model model = TRY(read_one(path));
  ImportReader imports(model);
  TRY(imports.read_imports_of(model, folder_of(path)));
  auto compiled = dmn::DecisionModel::compile(std::move(model), std::move(imports).take());
  if (!compiled.ok()) return in_file(compiled.problems(), path);
  return compiled;
}

feel::Evaluation::Moment system_moment() {
  return decisions::moment_at(SystemClock().now());
}

}  // namespace guildhall::app
