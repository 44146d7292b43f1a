// The text of an input while it is being used up: where it stands in lines and bytes, and what of it becomes dead
// letters. Text comes in calls; what a call leaves begins the next. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "events/dead_letter.hpp"
#include "events/decode.hpp"

namespace tocsin::events {

class InputText {
 public:
  /// `input`: as dead letters name it.
  InputText(std::string input, DeadLetterSink& sink, DecodeCounts& counts)
      : input_(std::move(input)), sink_(sink), counts_(counts) {}

  /// A new frame: its first byte is at `position`.
  void begin(Position position) {
    base_ = position;
    at_start_ = true;
  }
  /// A call's bytes. With `last` they end the frame.
  void open(std::string_view bytes, bool last);
  /// The call is over: the bytes from `at` on will come again.
  void close() { base_ = position(); }

  std::string_view bytes() const { return bytes_; }
  bool last() const { return last_; }
  std::string_view rest() const { return bytes_.substr(at); }
  bool used_up() const { return at == bytes_.size(); }
  std::size_t at = 0;  ///< bytes used; it never goes back in a call

  /// At the beginning of a frame. False: more bytes are needed to tell.
  bool skip_byte_order_mark();

  /// Of the byte at `at`.
  Position position() {
    while (next_line_ <= at) {
      ++line_;
      find_line_end(next_line_);
    }
    return {line_, base_.offset + at};
  }

  /// The `size` bytes at `at` are a dead letter, and used. White space at their end isn't kept.
  void report(Reason reason, std::string detail, std::size_t size);
  /// So are those from `at` to the first line end at or behind `from`, which may come in a later call.
  void skip_line(std::size_t from, Reason reason, std::string detail);
  bool skipping() const { return skipping_.has_value(); }
  /// False: the line's end hasn't come; all bytes are used.
  bool continue_skipping();
  /// The line ends here.
  void finish_skipping();
  /// Something without bytes of its own.
  void report_at(Position position, Reason reason, std::string detail);

 private:
  /// A dead letter whose end hasn't come yet.
  struct Skipping {
    DeadLetter letter;
    bool carriage_return = false;  ///< as its last byte so far
  };

  void find_line_end(std::size_t from);
  void take(const DeadLetter& letter);

  std::string input_;
  DeadLetterSink& sink_;
  DecodeCounts& counts_;
  std::string_view bytes_;
  bool last_ = false;
  bool at_start_ = true;       ///< of the frame
  Position base_{1, 0};        ///< where the call's bytes begin
  std::uint64_t line_ = 1;     ///< of the bytes before next_line_
  std::size_t next_line_ = 0;  ///< where the next line begins
  std::optional<Skipping> skipping_;
};

}  // namespace tocsin::events
