#include "app/parcel_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "app/model_file.h"
#include "base/parallel.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "ghparc1\n";  // At the end of a file, after the number of places.
constexpr std::size_t kMostNoteMebibytes = 16 << 10;

Problem unreadable(const std::string& path) {
  return {"A file of an earlier step can't be read.", path, "Remove the folder and begin anew."};
}

bool write_all(std::FILE* file, const void* bytes, std::size_t size) {
  return size == 0 || std::fwrite(bytes, 1, size, file) == size;
}

bool read_all(int file, void* bytes, std::size_t size, std::uint64_t offset) {
  auto* to = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = ::pread(file, to, size, static_cast<off_t>(offset));
    if (got <= 0) return false;
    to += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

}  // namespace

Result<void> write_durably(const std::string& path, const std::function<bool(std::FILE*)>& write) {
  const std::string unfinished = path + ".part";
  std::FILE* file = std::fopen(unfinished.c_str(), "wb");
  bool is_written = file != nullptr && write(file);
  if (file != nullptr) {
    is_written = is_written && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    is_written = std::fclose(file) == 0 && is_written;
  }
  if (!is_written || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    return Problem{"The file can't be written.", path, "Check the folder, and the space on the disk."};
  }
  return {};
}

std::string ParcelFiles::path_of(const std::string& step, std::size_t task) const {
  std::string number = std::to_string(task);
  number.insert(0, number.size() < 6 ? 6 - number.size() : 0, '0');
  return folder_ + "/" + step + "-" + number + ".parcels";
}

Result<std::optional<std::string>> ParcelFiles::note(const std::string& step) const {
  const std::string path = folder_ + "/" + step + ".done";
  if (!fs::exists(path)) return std::optional<std::string>();
  return std::optional(TRY(read_whole_file(path, kMostNoteMebibytes)));
}

Result<void> ParcelFiles::finish(const std::string& step, const std::string& note) {
  return write_durably(folder_ + "/" + step + ".done",
                       [&](std::FILE* file) { return write_all(file, note.data(), note.size()); });
}

bool ParcelFiles::has(const std::string& step, std::size_t task) const {
  return fs::exists(path_of(step, task));
}

Result<void> ParcelFiles::run_one(const std::string& step, std::size_t task, const Work& work) {
  if (has(step, task)) return {};
  std::vector<Place> places;
  std::uint64_t offset = 0;
  Result<void> worked;
  const auto written = write_durably(path_of(step, task), [&](std::FILE* file) {
    bool is_written = true;
    worked = work(task, [&](const linkage::Parcel& parcel) {
      places.push_back({parcel.bucket, parcel.kind, offset, parcel.bytes.size()});
      offset += parcel.bytes.size();
      is_written = is_written && write_all(file, parcel.bytes.data(), parcel.bytes.size());
    });
    const std::uint64_t count = places.size();
    return worked.ok() && is_written && write_all(file, places.data(), places.size() * sizeof(Place)) &&
           write_all(file, &count, sizeof count) && write_all(file, kMagic.data(), kMagic.size());
  });
  if (!worked.ok()) return worked;
  return written;
}

Result<void> ParcelFiles::run(const std::string& step, std::size_t tasks, const Work& work) {
  std::mutex mutex;
  std::map<std::size_t, Problems> problems;
  in_parallel(threads_, tasks, [&](unsigned, std::size_t task) {
    {
      const std::lock_guard lock(mutex);
      if (!problems.empty()) return;
    }
    if (auto done = run_one(step, task, work); !done.ok()) {
      const std::lock_guard lock(mutex);
      problems.emplace(task, done.problems());
    }
  });
  if (!problems.empty()) return problems.begin()->second;
  return {};
}

Result<ParcelFiles::File> ParcelFiles::open(const std::string& step, std::size_t task) const {
  File file{path_of(step, task), {}};
  const OpenFile open(file.path);
  std::error_code error;
  const std::uint64_t size = fs::file_size(file.path, error);
  std::uint64_t count = 0;
  std::string magic(kMagic.size(), '\0');
  const std::uint64_t end = sizeof count + kMagic.size();
  if (open.get() < 0 || error || size < end || !read_all(open.get(), &count, sizeof count, size - end) ||
      !read_all(open.get(), magic.data(), magic.size(), size - kMagic.size()) || magic != kMagic ||
      count > (size - end) / sizeof(Place)) {
    return unreadable(file.path);
  }
  file.places.resize(count);
  const std::uint64_t bytes = count * sizeof(Place);
  if (!read_all(open.get(), file.places.data(), bytes, size - end - bytes)) return unreadable(file.path);
  std::uint64_t expected = 0;
  for (const Place& place : file.places) {
    if (place.offset != expected || place.size > size) return unreadable(file.path);
    expected += place.size;
  }
  if (expected != size - end - bytes) return unreadable(file.path);
  return file;
}

Result<const std::vector<ParcelFiles::File>*> ParcelFiles::files_of(const std::string& step) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const auto found = files_.find(step);
  if (found != files_.end()) return &found->second;
  std::vector<File> files;
  for (std::size_t task = 0; has(step, task); ++task) files.push_back(TRY(open(step, task)));
  return &files_.emplace(step, std::move(files)).first->second;
}

Result<std::vector<linkage::Parcel>> ParcelFiles::of_bucket(const std::string& step, std::uint32_t bucket,
                                                            std::vector<linkage::ParcelKind> kinds) {
  std::vector<linkage::Parcel> parcels;
  const std::vector<File>& files = *TRY(files_of(step));
  for (const File& file : files) {
    std::optional<OpenFile> open;
    for (const Place& place : file.places) {
      if (place.bucket != bucket || std::find(kinds.begin(), kinds.end(), place.kind) == kinds.end()) continue;
      if (!open) open.emplace(file.path);
      linkage::Parcel& parcel = parcels.emplace_back();
      parcel = {place.bucket, place.kind, std::string(place.size, '\0')};
      if (!read_all(open->get(), parcel.bytes.data(), place.size, place.offset)) return unreadable(file.path);
    }
  }
  return parcels;
}

Result<void> ParcelFiles::each(const std::string& step, linkage::ParcelKind kind, const Visit& visit,
                               std::optional<std::size_t> only) {
  const auto visit_file = [&](std::size_t task, const File& file) -> Result<void> {
    const OpenFile open(file.path);
    for (const Place& place : file.places) {
      if (place.kind != kind) continue;
      linkage::Parcel parcel{place.bucket, place.kind, std::string(place.size, '\0')};
      if (!read_all(open.get(), parcel.bytes.data(), place.size, place.offset)) return unreadable(file.path);
      visit(task, parcel);
    }
    return {};
  };
  if (only) return visit_file(*only, TRY(open(step, *only)));
  const std::vector<File>& files = *TRY(files_of(step));
  for (std::size_t task = 0; task < files.size(); ++task) TRY(visit_file(task, files[task]));
  return {};
}

void ParcelFiles::remove(const std::string& step) {
  files_.erase(step);
  std::error_code ignored;
  // The last first: what is there is a beginning, always.
  std::size_t tasks = 0;
  while (has(step, tasks)) ++tasks;
  while (tasks > 0) fs::remove(path_of(step, --tasks), ignored);
}

void ParcelFiles::remove_note(const std::string& step) {
  std::error_code ignored;
  fs::remove(folder_ + "/" + step + ".done", ignored);
}

void ParcelFiles::remove_all_but(const std::string& step) {
  files_.clear();
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name == step + ".done") continue;
    if (name.ends_with(".parcels") || name.ends_with(".done") || name.ends_with(".part")) {
      fs::remove(entry.path(), ignored);
    }
  }
}

}  // namespace guildhall::app
