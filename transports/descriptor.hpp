// A file descriptor and the name its errors speak of. Waits out interruptions and short writes; every failure is a
// TransportError with the system's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tocsin::transports {

class Descriptor {
 public:
  /// With `owned` false (stdin, stdout) the descriptor is left open at the end.
  Descriptor(int fd, bool owned, std::string name) : fd_(fd), owned_(owned), name_(std::move(name)) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&&) = delete;

  int fd() const { return fd_; }
  const std::string& name() const { return name_; }

  /// Bytes read; 0 at the end; none where a descriptor that doesn't block has nothing now.
  std::optional<std::size_t> read(char* place, std::size_t room);
  /// True when read() has something to say now (bytes, the end, an error).
  bool readable() const;
  /// Writes all of it, waiting where the descriptor doesn't block.
  void write(std::string_view bytes);
  /// Closes an owned descriptor; some file systems tell of a full disk only here.
  void close();

 private:
  int fd_;
  bool owned_;
  std::string name_;
};

/// Opens a file for reading. The error is a line for a person: errno's text, and a near name in that folder.
tl::expected<Descriptor, std::string> open_to_read(const std::string& path);
/// Creates or empties a file.
tl::expected<Descriptor, std::string> open_to_write(const std::string& path);

/// Size of a regular file from where `fd` stands; none for pipes, terminals and devices.
std::optional<std::uint64_t> regular_size(int fd);

}  // namespace tocsin::transports
