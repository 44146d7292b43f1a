#include "cli/dead_letter_file.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace tocsin::cli {

tl::expected<std::unique_ptr<DeadLetterFile>, std::string> DeadLetterFile::open(const std::string& path) {
  auto made = std::make_unique<DeadLetterFile>();
  if (path.empty()) return made;
  made->path_ = path;
  made->file_ = std::fopen(path.c_str(), "ae");
  if (made->file_ == nullptr)
    return tl::unexpected(fmt::format("cannot write dead letters to `{}`: {}", path, std::strerror(errno)));
  return made;
}

DeadLetterFile::~DeadLetterFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void DeadLetterFile::take(const events::DeadLetter& letter) {
  ++total_;
  Seen& seen = seen_[static_cast<std::size_t>(letter.reason)];
  if (seen.count++ == 0) {
    seen.first = letter.position.line > 0 ? fmt::format("{}:{}", letter.input, letter.position.line)
                                          : fmt::format("{} at byte {}", letter.input, letter.position.offset);
    if (!letter.detail.empty()) seen.first += ": " + letter.detail;
  }
  if (file_ == nullptr) return;
  line_.clear();
  events::append_json(line_, letter);
  if (std::fwrite(line_.data(), 1, line_.size(), file_) != line_.size() && failed_ == 0) failed_ = errno;
}

bool DeadLetterFile::flush(std::string& error) {
  if (file_ != nullptr && std::fflush(file_) != 0 && failed_ == 0) failed_ = errno;
  if (failed_ == 0) return true;
  error = fmt::format("cannot write dead letters to `{}`: {}", path_, std::strerror(failed_));
  return false;
}

std::string DeadLetterFile::summary() const {
  if (total_ == 0) return {};
  std::string out =
      fmt::format("dead letters: {}{}\n", total_, file_ == nullptr ? " (keep them with --dead-letters FILE)" : "");
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (seen_[i].count > 0)
      out += fmt::format("  {:>8}  {:<15}  first: {}\n", seen_[i].count,
                         events::name_of(static_cast<events::Reason>(i)), seen_[i].first);
  if (seen_[static_cast<std::size_t>(events::Reason::late)].count > 0)
    out += "  --lateness DURATION lets events come so far behind the latest one\n";
  return out;
}

}  // namespace tocsin::cli
