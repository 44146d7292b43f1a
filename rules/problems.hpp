// Problems found while reading one file: no more than 20, the same place once.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "rules/diagnostic.hpp"

namespace tocsin::rules {

inline constexpr std::size_t kMaxProblems = 20;

/// `text` in code quotes, cut when it is long.
inline std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return "`" + std::string(text) + "`";
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return "`" + std::string(text.substr(0, end)) + "…`";
}

class Problems {
 public:
  Problems(FileId file, Diagnostics& out) : file_(file), out_(out) {}

  /// Adds an error and returns it, to be given label and helps; an object that is thrown away when there is one with
  /// the same code and place already, or the file has had enough.
  Diagnostic& report(std::string code, std::uint32_t begin, std::uint32_t end, std::string message,
                     std::string label = {}) {
    spare_ = {std::move(code), Level::error, Span{file_, begin, end}, std::move(message), std::move(label), {}, {}};
    if (full_ || !seen_.insert({begin, spare_.code}).second) return spare_;
    if (seen_.size() == kMaxProblems) {
      full_ = true;
      out_.push_back({"E0115",
                      Level::error,
                      Span{file_, begin, end},
                      "more than " + std::to_string(kMaxProblems - 1) + " problems in this file",
                      "the rest is not judged",
                      {},
                      {}});
      return spare_;
    }
    out_.push_back(spare_);
    return out_.back();
  }

  /// The file has as many problems as are told: reading on tells nothing more.
  bool full() const { return full_; }
  FileId file() const { return file_; }

 private:
  FileId file_;
  Diagnostics& out_;
  Diagnostic spare_;
  std::set<std::pair<std::uint32_t, std::string>> seen_;
  bool full_ = false;
};

}  // namespace tocsin::rules
