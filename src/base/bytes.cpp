#include "base/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace guildhall {

std::size_t MemoryBytes::read(std::span<char> into) {
  const std::size_t count = std::min(into.size(), rest_.size());
  std::copy_n(rest_.data(), count, into.data());
  rest_.remove_prefix(count);
  return count;
}

Result<FileBytes> FileBytes::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) {
    return Problem{errno == ENOENT ? "There is no such file."
                                   : "This file can't be opened: " + std::string(std::strerror(errno)) + ".",
                   path, "Check its name and who may read it."};
  }
  return FileBytes(file);
}

std::size_t FileBytes::read(std::span<char> into) {
  const std::size_t count = std::fread(into.data(), 1, into.size(), file_.get());
  if (count == 0 && std::ferror(file_.get()) != 0) {
    throw std::system_error(errno, std::generic_category(), "reading a file");
  }
  return count;
}

}  // namespace guildhall
