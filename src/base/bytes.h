#pragma once

// Where the bytes of a file come from: memory, a file, an upload, a test that makes them up. Readers of
// outside data take one, so that no file has to fit in memory.

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Puts the next bytes in `into`, which is not empty, and says how many: fewer than fit is usual, 0 is the
  // end. Throws where the world fails (a disk that can't be read).
  virtual std::size_t read(std::span<char> into) = 0;
};

// Bytes that are already in memory and outlive this.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(std::span<char> into) override;

 private:
  std::string_view rest_;
};

// A file on disk, read in order.
class FileBytes final : public ByteSource {
 public:
  static Result<FileBytes> open(const std::string& path);  // Says so where it isn't there, or may not be read.
  std::size_t read(std::span<char> into) override;         // Throws std::system_error where the disk fails.

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit FileBytes(std::FILE* file) : file_(file) {}
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace guildhall
