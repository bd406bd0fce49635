#include "decisions/library.h"

#include <algorithm>
#include <set>

#include "dmn/read_model.h"

namespace guildhall::decisions {
namespace {

// Reads what a model imports, directly and through others.
class Imports {
 public:
  Imports(const std::vector<VersionText>& texts, std::string own_namespace) : texts_(texts) {
    known_.insert(std::move(own_namespace));
  }

  void read_imports_of(const dmn::Model& model) {
    for (const dmn::Import& import : model.imports) {
      const bool is_model = import.import_type.find("/DMN/") != std::string::npos;
      if (is_model && known_.insert(import.namespace_uri).second) read(import, model);
    }
  }

  Problems problems;
  std::vector<dmn::Model> models;
  std::vector<Version> versions;

 private:
  void read(const dmn::Import& import, const dmn::Model& importing) {
    const std::string where = "model ‘" + importing.name + "’, import ‘" + import.name + "’";
    const VersionText* found = nullptr;
    for (const VersionText& text : texts_) {
      if (text.version.namespace_uri != import.namespace_uri) continue;
      if (found != nullptr) {
        problems.push_back({"Two published models have the imported namespace " + import.namespace_uri + ": ‘" +
                                found->version.name + "’ and ‘" + text.version.name + "’.",
                            where,
                            "Give the model that is meant a namespace of its own, publish it, and import that."});
        return;
      }
      found = &text;
    }
    if (found == nullptr) {
      problems.push_back({"No published model has the imported namespace " + import.namespace_uri + ".", where,
                          "Publish the imported model first, or correct the namespace."});
      return;
    }
    auto model = dmn::read_model(found->xml);
    if (!model.ok()) {
      problems.insert(problems.end(), model.problems().begin(), model.problems().end());
      return;
    }
    versions.push_back(found->version);
    read_imports_of(*model);
    models.push_back(std::move(*model));
  }

  const std::vector<VersionText>& texts_;
  std::set<std::string> known_;  // Namespaces.
};

}  // namespace

const VersionText* Library::find(std::string_view namespace_uri, std::string_view name) const {
  const auto found = std::ranges::find_if(texts_, [&](const VersionText& text) {
    return text.version.namespace_uri == namespace_uri && text.version.name == name;
  });
  return found == texts_.end() ? nullptr : &*found;
}

void Library::put(VersionText text) {
  const auto same = std::ranges::find_if(texts_, [&](const VersionText& each) {
    return each.version.namespace_uri == text.version.namespace_uri && each.version.name == text.version.name;
  });
  if (same == texts_.end()) {
    texts_.push_back(std::move(text));
  } else {
    *same = std::move(text);
  }
}

Result<Compiled> Library::compile(std::string_view xml) const {
  dmn::Model model = TRY(dmn::read_model(xml));
  Imports imports(texts_, model.namespace_uri);
  imports.read_imports_of(model);
  if (!imports.problems.empty()) return imports.problems;
  auto compiled = TRY(dmn::DecisionModel::compile(std::move(model), std::move(imports.models)));
  return Compiled{std::move(compiled), std::move(imports.versions)};
}

}  // namespace guildhall::decisions
