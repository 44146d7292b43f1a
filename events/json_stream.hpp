// The stream around JSON events: windows, arrays, line ends, dead letters.
//
// Fast path: simdjson's first stage runs over a window of whole lines (a raw newline inside a string is an error, so
// that one bad line can't shift the strings of the next unseen), then EventReader takes value after value. What it
// can't take goes the slow path, which defines what is right: ExtentScanner finds how far the value reaches, then it is
// read by itself. Both give the same for any cut of the stream into calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/decode.hpp"
#include "events/event_reader.hpp"
#include "events/extent.hpp"
#include "events/input_text.hpp"
#include "events/structure.hpp"

namespace tocsin::events {

class JsonStream {
 public:
  /// `mapping`: null for CloudEvents; outlives this.
  JsonStream(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
             DeadLetterSink& dead_letters, DecodeCounts& counts, const Mapping* mapping)
      : limits_(limits),
        counts_(counts),
        text_(std::move(input), dead_letters, counts),
        reader_(schema, symbols, limits, counts, mapping),
        scanner_(limits.depth) {}

  /// As Decoder has them.
  std::size_t decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                     Batch& batch);
  void begin(Position position);

 private:
  enum class Array : std::uint8_t {
    none,
    first,   ///< behind `[`
    value,   ///< behind a comma
    next,    ///< behind a value
    broken,  ///< behind something skipped: brackets, commas and values are taken as they come
  };

  bool find_token();
  bool open_window();
  bool take_punctuation();
  bool read_value();
  bool read_in_window();
  bool read_by_extent();
  void read_alone(std::size_t size);
  void end_of_input();
  void skip_line(std::size_t from, Reason reason, std::string detail);

  EventReader::Target target(const char* bytes) { return {*batch_, bytes, arrival_, text_.position()}; }
  void after_value() {
    if (array_ == Array::first || array_ == Array::value) array_ = Array::next;
  }

  DecodeLimits limits_;
  DecodeCounts& counts_;
  InputText text_;
  EventReader reader_;
  ExtentScanner scanner_;
  StructuralIndex value_index_;
  std::string value_copy_;

  // of the frame
  Array array_ = Array::none;
  Position array_position_;

  // of the call
  std::optional<Time> arrival_;
  Batch* batch_ = nullptr;
  StructuralIndex window_index_;
  std::string window_copy_;
  Cursor window_;
  const char* window_bytes_ = nullptr;  ///< in the call's bytes: what the cursor's base is or is a copy of
  std::size_t window_begin_ = 0;
  std::size_t window_end_ = 0;  ///< at or below the place reached: no window
  std::size_t no_window_until_ = 0;
};

}  // namespace tocsin::events
