// Dead letters: counted by reason, the first of each kept for the summary, all written to a file where one is given.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "events/dead_letter.hpp"

namespace tocsin::cli {

class DeadLetterFile final : public events::DeadLetterSink {
 public:
  /// Appends to `path`; empty: only counts. The error is one line for a person.
  static tl::expected<std::unique_ptr<DeadLetterFile>, std::string> open(const std::string& path);
  ~DeadLetterFile() override;

  void take(const events::DeadLetter& letter) override;
  std::uint64_t total() const { return total_; }
  /// Lines for stderr: how many of which reason, with the first example of each. Empty when there were none.
  std::string summary() const;
  /// What is buffered is written. False: some could not be; `error` says why.
  bool flush(std::string& error);

 private:
  struct Seen {
    std::uint64_t count = 0;
    std::string first;
  };
  std::string path_;
  std::FILE* file_ = nullptr;
  int failed_ = 0;  ///< errno of the first write that failed
  std::uint64_t total_ = 0;
  std::array<Seen, events::kReasons> seen_;
  std::string line_;
};

}  // namespace tocsin::cli
