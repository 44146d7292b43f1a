// How far a JSON value reaches: a small resumable pushdown scanner over bytes, for values that the fast path can't take
// whole (spread over reads, broken, very large). It checks the order of tokens, bracket kinds, depth, string ends and
// control characters; spelling of numbers, literals and escapes, and UTF-8, are left to whoever reads the value.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tocsin::events {

class ExtentScanner {
 public:
  enum class Outcome : std::uint8_t {
    complete,    ///< size() bytes are a value
    unfinished,  ///< all given bytes are the beginning of a value
    not_json,    ///< the byte at size() can't follow
    too_deep,    ///< the bracket at size() is one too many
  };

  explicit ExtentScanner(std::size_t depth) : depth_(depth) {}

  /// Begins a value.
  void start();
  /// `value` begins where start() was called and has all that earlier calls since then were given. `last`: nothing
  /// follows.
  Outcome scan(std::string_view value, bool last);
  std::size_t size() const { return size_; }
  bool started() const { return started_; }
  void stop() { started_ = false; }

 private:
  enum class Expect : std::uint8_t {
    value,
    value_or_end,  ///< behind `[`
    key,
    key_or_end,  ///< behind `{`
    colon,
    comma_or_end,
    string,  ///< inside a string that is a value
    key_string,
    scalar,
    done,
  };

  Outcome step(char c);
  Outcome begin_value(char c);
  Outcome close(char bracket);
  const char* skip_string(const char* p, const char* end);

  std::size_t depth_;
  std::size_t size_ = 0;
  std::vector<char> open_;  ///< closing brackets that are due
  Expect expect_ = Expect::value;
  bool escaped_ = false;
  bool started_ = false;
};

}  // namespace tocsin::events
