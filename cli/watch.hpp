// Waits until files change: `tocsin test --watch`.
//
// Folders are watched, not files, since editors and version control write a new file and rename it over the old one.
// inotify(7). Not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tocsin::cli {

class FileWatch {
 public:
  FileWatch();
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// From now on a change of the file `path`, or of a `*.rules` file in the folder `path`, counts. Adding twice does
  /// nothing. False: its folder isn't there.
  bool add(const std::string& path);

  enum class Woken : std::uint8_t { changed, stopped };
  /// Returns once files have changed and then rested for `settle`, or `stop_descriptor` is readable.
  Woken wait(int stop_descriptor, std::chrono::milliseconds settle);

 private:
  bool take_events();

  int descriptor_;
  std::map<int, std::set<std::string>> names_;  ///< by inotify's watch; a name of "" stands for `*.rules`
};

}  // namespace tocsin::cli
