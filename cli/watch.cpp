#include "cli/watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "events/assert.hpp"

namespace tocsin::cli {

namespace fs = std::filesystem;

FileWatch::FileWatch() : descriptor_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) { TOCSIN_ASSERT(descriptor_ >= 0); }

FileWatch::~FileWatch() { ::close(descriptor_); }

bool FileWatch::add(const std::string& path) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const fs::path parent = folder ? fs::path(path) : fs::path(path).parent_path();
  const int watch = inotify_add_watch(
      descriptor_, parent.empty() ? "." : parent.c_str(),
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
  if (watch < 0) return false;
  names_[watch].insert(folder ? "" : fs::path(path).filename().string());
  return true;
}

/// Takes what has happened since; was there something that counts?
bool FileWatch::take_events() {
  bool counts = false;
  alignas(inotify_event) std::array<char, 16'384> buffer;
  while (true) {
    const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
    if (size <= 0) return counts;
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof *event + event->len);
      const std::string name = event->len > 0 ? event->name : "";
      const auto found = names_.find(event->wd);
      const bool gone = (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_Q_OVERFLOW)) != 0;
      counts |= gone || (found != names_.end() &&
                         (found->second.contains(name) || (found->second.contains("") && name.ends_with(".rules"))));
      if ((event->mask & IN_IGNORED) != 0) names_.erase(event->wd);
    }
  }
}

FileWatch::Woken FileWatch::wait(int stop_descriptor, std::chrono::milliseconds settle) {
  bool changed = false;
  while (true) {
    std::array<pollfd, 2> polled{{{descriptor_, POLLIN, 0}, {stop_descriptor, POLLIN, 0}}};
    const int ready = ::poll(polled.data(), polled.size(), changed ? static_cast<int>(settle.count()) : -1);
    if (polled[1].revents != 0) return Woken::stopped;
    if (ready == 0) return Woken::changed;
    if (ready > 0 && take_events()) changed = true;
  }
}

}  // namespace tocsin::cli
