#pragma once

// A folder that holds what the steps of a long piece of work leave behind, so that it goes on where it was after a crash.
//
// A step has tasks, each of which leaves one file of parcels (linkage/spread.h); a task whose file is there is done. When all
// are, the step leaves a note of what it found, and is done itself: then the files of steps before may go. A file has its
// name only from the moment when all of it is on the disk.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "linkage/spread.h"

namespace guildhall::app {

class ParcelFiles {
 public:
  ParcelFiles(std::string folder, unsigned threads) : folder_(std::move(folder)), threads_(threads) {}

  // The note of a step that is done.
  Result<std::optional<std::string>> note(const std::string& step) const;

  // `work` of each task whose file is not there yet, several at once.
  using Work = std::function<Result<void>(std::size_t task, const linkage::Send& send)>;
  Result<void> run(const std::string& step, std::size_t tasks, const Work& work);
  Result<void> run_one(const std::string& step, std::size_t task, const Work& work);
  bool has(const std::string& step, std::size_t task) const;
  Result<void> finish(const std::string& step, const std::string& note);

  // All parcels for a bucket of these kinds, in the order of tasks.
  Result<std::vector<linkage::Parcel>> of_bucket(const std::string& step, std::uint32_t bucket,
                                                 std::vector<linkage::ParcelKind> kinds);
  // All of a kind, one after the other, of all tasks or of one.
  using Visit = std::function<void(std::size_t task, const linkage::Parcel&)>;
  Result<void> each(const std::string& step, linkage::ParcelKind kind, const Visit& visit,
                    std::optional<std::size_t> only = std::nullopt);

  void remove(const std::string& step);  // Its files, not its note.
  void remove_note(const std::string& step);
  void remove_all_but(const std::string& step);  // Whose note stays.

 private:
  struct Place {
    std::uint32_t bucket = 0;
    linkage::ParcelKind kind{};
    std::uint64_t offset = 0, size = 0;
  };
  struct File {
    std::string path;
    std::vector<Place> places;
  };
  std::string path_of(const std::string& step, std::size_t task) const;
  Result<File> open(const std::string& step, std::size_t task) const;
  Result<const std::vector<File>*> files_of(const std::string& step);

  std::string folder_;
  unsigned threads_;
  std::map<std::string, std::vector<File>> files_;  // Of steps that are done, read when they are asked for.
};

// Writes a file so that after a crash either all of it is there or nothing.
Result<void> write_durably(const std::string& path, const std::function<bool(std::FILE*)>& write);

}  // namespace guildhall::app
