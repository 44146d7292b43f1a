// read(2), write(2), open(2) and what can go wrong with them.
#include "transports/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "transports/near.hpp"
#include "transports/transport.hpp"

namespace tocsin::transports {
namespace {

std::string errno_text(int error) { return std::generic_category().message(error); }

[[noreturn]] void fail(std::string_view verb, const std::string& name, int error) {
  throw TransportError("cannot " + std::string(verb) + " `" + name + "`: " + errno_text(error));
}

/// Names in the folder of `path`, at most 10,000, for a suggestion.
std::string near_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end && names.size() < 10'000;
       at.increment(error))
    names.push_back(at->path().filename().string());
  const std::string near = nearest(path.filename().string(), names);
  if (near.empty()) return near;
  return path.has_parent_path() ? (path.parent_path() / near).string() : near;
}

std::string cannot_open(std::string_view verb, const std::string& path, int error) {
  std::string text = "cannot " + std::string(verb) + " `" + path + "`: " + errno_text(error);
  if (error != ENOENT) return text;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return text + " (there is no folder `" + folder.string() + "`)";
  if (verb == "write") return text;
  const std::string near = near_file(path);
  return near.empty() ? text : text + " (did you mean `" + near + "`?)";
}

tl::expected<Descriptor, std::string> open_file(std::string_view verb, const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return tl::unexpected(cannot_open(verb, path, errno));
  Descriptor descriptor(fd, true, path);
  struct stat status {};
  if (::fstat(fd, &status) != 0) return tl::unexpected(cannot_open(verb, path, errno));
  if (S_ISDIR(status.st_mode)) return tl::unexpected(cannot_open(verb, path, EISDIR));
  return descriptor;
}

}  // namespace

Descriptor::~Descriptor() {
  if (owned_ && fd_ >= 0) ::close(fd_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_), name_(std::move(other.name_)) {}

std::optional<std::size_t> Descriptor::read(char* place, std::size_t room) {
  for (;;) {
    const ssize_t got = ::read(fd_, place, room);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) fail("read", name_, errno);
  }
}

bool Descriptor::readable() const {
  pollfd entry{fd_, POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0;
}

void Descriptor::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd entry{fd_, POLLOUT, 0};
      ::poll(&entry, 1, -1);
    } else if (errno == EPIPE && !owned_) {
      throw ReaderGone("nobody reads `" + name_ + "` any more");
    } else if (errno != EINTR) {
      fail("write", name_, errno);
    }
  }
}

void Descriptor::close() {
  if (!owned_ || fd_ < 0) return;
  // Linux frees the descriptor whatever close says, so an interrupted one must not be closed again.
  if (::close(std::exchange(fd_, -1)) != 0 && errno != EINTR) fail("write", name_, errno);
}

tl::expected<Descriptor, std::string> open_to_read(const std::string& path) {
  return open_file("read", path, O_RDONLY);
}

tl::expected<Descriptor, std::string> open_to_write(const std::string& path) {
  return open_file("write", path, O_WRONLY | O_CREAT | O_TRUNC);
}

std::optional<std::uint64_t> regular_size(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const off_t at = ::lseek(fd, 0, SEEK_CUR);
  return at > 0 && at <= status.st_size ? static_cast<std::uint64_t>(status.st_size - at)
                                        : static_cast<std::uint64_t>(status.st_size);
}

}  // namespace tocsin::transports
