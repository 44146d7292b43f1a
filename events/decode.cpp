// The stream around the events: windows, arrays, line ends, dead letters.
//
// Fast path: simdjson's first stage runs over a window of whole lines (a raw newline inside a string is an error, so
// that one bad line can't shift the strings of the next unseen), then EventReader takes value after value. What it
// can't take goes the slow path, which defines what is right: ExtentScanner finds how far the value reaches, then it is
// read by itself. Both give the same for any cut of the stream into calls.
#include "events/decode.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "events/assert.hpp"
#include "events/event_reader.hpp"
#include "events/extent.hpp"
#include "events/json_class.hpp"
#include "events/json_text.hpp"
#include "events/number.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kWindow =
    16U << 10;  ///< small: tokens stay in the first-level cache, little is lost at a full batch
constexpr std::size_t kKeptCopy = 1U << 20;  ///< capacity that stays after a large value
constexpr std::size_t kNoLine = std::numeric_limits<std::size_t>::max();
constexpr std::string_view kNotUtf8 = "the text is not UTF-8";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_json_scalar(std::string_view text) {
  double value = 0;
  return text == "true" || text == "false" || text == "null" || parse_float(text, value) != NumberFault::not_a_number;
}

/// Without the beginning of a character at its end.
std::string_view without_cut_character(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(text.size(), 3); ++size) {
    const auto byte = static_cast<unsigned char>(text[text.size() - size]);
    if (byte < 0x80 || byte >= 0xF8) break;
    if (byte < 0xC0) continue;
    const std::size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return text.substr(0, text.size() - (size < whole ? size : 0));
  }
  return text;
}

/// `text`, then a newline, then padding.
std::string_view copy_padded(std::string_view text, std::string& copy) {
  copy.resize(std::max(copy.size(), text.size() + 1 + Arena::kPadding));
  std::memcpy(copy.data(), text.data(), text.size());
  copy[text.size()] = '\n';
  return {copy.data(), text.size()};
}

}  // namespace

struct Decoder::State {
  State(const Schema& schema, SymbolTable& symbols, std::string input_name, DecodeLimits decode_limits,
        DeadLetterSink& dead_letters)
      : input(std::move(input_name)),
        limits(decode_limits),
        sink(dead_letters),
        reader(schema, symbols, limits, counts, nullptr),
        scanner(limits.depth) {}

  enum class Array : std::uint8_t {
    none,
    first,   ///< behind `[`
    value,   ///< behind a comma
    next,    ///< behind a value
    broken,  ///< behind something skipped: brackets, commas and values are taken as they come
  };

  /// What this call was given.
  struct Call {
    std::string_view bytes;
    bool last = false;
    std::optional<Time> arrival;
    Batch* batch = nullptr;
  };

  /// A dead letter whose end hasn't come yet.
  struct Skipping {
    DeadLetter letter;
    bool carriage_return = false;  ///< as its last byte so far
  };

  std::size_t decode(const Call& given, std::uint32_t max_rows);
  bool skip_byte_order_mark();
  bool continue_skipping();
  void finish_skipping();
  bool find_token();
  bool open_window();
  bool take_punctuation();
  bool read_value();
  bool read_in_window();
  bool read_by_extent();
  void read_alone(std::size_t size);
  void end_of_input();

  Position position();
  void find_line_end(std::size_t from);
  EventReader::Target target(const char* bytes) { return {*call.batch, bytes, call.arrival, position()}; }
  void after_value() {
    if (array == Array::first || array == Array::value) array = Array::next;
  }
  void report(Reason reason, std::string detail, std::size_t size);
  void skip_line(std::size_t from, Reason reason, std::string detail);
  void take(DeadLetter& letter);

  std::string input;
  DecodeLimits limits;
  DeadLetterSink& sink;
  DecodeCounts counts;
  EventReader reader;
  ExtentScanner scanner;
  StructuralIndex value_index;
  std::string value_copy;

  // of the frame
  Position base{1, 0};  ///< where the call's bytes begin
  bool at_start = true;
  Array array = Array::none;
  Position array_position;
  std::optional<Skipping> skipping;

  // of the call
  Call call;
  std::size_t at = 0;         ///< bytes used
  std::uint64_t line = 1;     ///< of the bytes before `next_line`
  std::size_t next_line = 0;  ///< where the next line begins
  StructuralIndex window_index;
  std::string window_copy;
  Cursor window;
  const char* window_bytes = nullptr;  ///< in the call's bytes: what the cursor's base is or is a copy of
  std::size_t window_begin = 0;
  std::size_t window_end = 0;  ///< at or below `at`: no window
  std::size_t no_window_until = 0;
};

std::size_t Decoder::State::decode(const Call& given, std::uint32_t max_rows) {
  call = given;
  at = window_end = no_window_until = 0;
  line = base.line;
  find_line_end(0);
  const bool ready = (!skipping || continue_skipping()) && (!at_start || skip_byte_order_mark());
  while (ready && call.batch->size() < max_rows) {
    if (!scanner.started()) {
      if (!find_token()) break;
      if (take_punctuation()) continue;
    }
    if (!read_value()) break;
  }
  if (call.last && at == call.bytes.size()) end_of_input();
  base = position();
  return at;
}

/// False: more bytes are needed to tell.
bool Decoder::State::skip_byte_order_mark() {
  const std::size_t size = std::min(call.bytes.size(), kByteOrderMark.size());
  if (call.bytes.substr(0, size) == kByteOrderMark.substr(0, size)) {
    if (size < kByteOrderMark.size() && !call.last) return false;
    if (size == kByteOrderMark.size()) at = size;
  }
  at_start = false;
  return true;
}

/// Moves `at` to the next token. False: only white space is left, and used.
bool Decoder::State::find_token() {
  while (at < call.bytes.size()) {
    if (at >= window_end && !open_window()) {
      while (at < call.bytes.size() && is_space(call.bytes[at])) ++at;
      return at < call.bytes.size();
    }
    const auto from = static_cast<std::uint32_t>(at - window_begin);
    while (window.at != window_index.end() && *window.at < from) ++window.at;
    if (window.at != window_index.end()) {
      at = window_begin + *window.at;
      return true;
    }
    at = window_end;
  }
  return false;
}

/// Whole lines, or without a line end up to some closing brace. False: `at` must be read without a window.
bool Decoder::State::open_window() {
  if (at < no_window_until || limits.event_bytes < kWindow) return false;
  const std::string_view reach = call.bytes.substr(at, kWindow);
  std::string_view text = reach;
  if (const void* newline = memrchr(reach.data(), '\n', reach.size())) {
    text = {reach.data(), static_cast<const char*>(newline)};
    window_end = at + text.size() + 1;
  } else if (const void* brace = memrchr(reach.data(), '}', reach.size())) {
    text = copy_padded({reach.data(), static_cast<const char*>(brace) + 1}, window_copy);
    window_end = at + text.size();
  }
  counts.scanned += reach.size();
  if (window_end <= at || window_index.build(text) != StructuralIndex::Fault::none) {
    no_window_until = std::max(window_end, at + 1);
    if (window_end <= at) no_window_until = at + reach.size();
    window_end = 0;
    return false;
  }
  window = window_index.begin();
  window_begin = at;
  window_bytes = call.bytes.data() + at;
  return true;
}

/// Brackets and commas of an array around values. True: `at` has moved on.
bool Decoder::State::take_punctuation() {
  const char c = call.bytes[at];
  if (c == '[' && (array == Array::none || array == Array::broken)) {
    array_position = position();
    array = Array::first;
  } else if (array == Array::none) {
    return false;
  } else if (c == ']' && array != Array::value) {
    array = Array::none;
  } else if (c == ',' && (array == Array::next || array == Array::broken)) {
    array = array == Array::next ? Array::value : Array::broken;
  } else if (array == Array::next || c == ']' || c == ',') {
    skip_line(at, Reason::not_json, array == Array::next ? "a comma or `]` is missing" : "a value is missing");
    if (c == ']') array = Array::none;
    return true;
  } else {
    return false;
  }
  ++at;
  return true;
}

/// False: the value isn't finished and waits for the next call.
bool Decoder::State::read_value() {
  if (!scanner.started() && at < window_end && call.bytes[at] == '{' && read_in_window()) return true;
  return read_by_extent();
}

bool Decoder::State::read_in_window() {
  Cursor cursor = window;
  const bool good = reader.read(cursor, window_index, target(window_bytes));
  if (!good) {
    counts.scanned += *cursor.at - *window.at;
    return false;
  }
  window = cursor;
  at = window_begin + cursor.at[-1] + 1;
  after_value();
  return true;
}

bool Decoder::State::read_by_extent() {
  if (!scanner.started()) scanner.start();
  const std::string_view value = call.bytes.substr(at, limits.event_bytes + 1);
  const bool all = at + value.size() == call.bytes.size();
  const std::size_t before = scanner.size();
  const ExtentScanner::Outcome outcome = scanner.scan(value, call.last && all);
  counts.scanned += scanner.size() - before;
  const bool unfinished = outcome == ExtentScanner::Outcome::unfinished;
  if (unfinished && value.size() <= limits.event_bytes && !call.last) return false;
  scanner.stop();

  if (outcome == ExtentScanner::Outcome::not_json) {
    skip_line(at, Reason::not_json, "the text is not JSON");
  } else if (outcome == ExtentScanner::Outcome::too_deep) {
    skip_line(at, Reason::too_deep, "nested deeper than " + std::to_string(limits.depth));
  } else if (scanner.size() > limits.event_bytes) {
    skip_line(at + limits.event_bytes, Reason::too_large, "more than " + std::to_string(limits.event_bytes) + " bytes");
  } else if (unfinished) {
    // A line that was cut off swallows no events behind it: nested lines are indented, events mostly aren't.
    const std::size_t next_event = value.find("\n{");
    report(Reason::truncated, "the input ends inside this value", std::min(next_event, value.size()));
    if (array != Array::none) array = Array::broken;
  } else {
    read_alone(scanner.size());
  }
  return true;
}

/// The value of `size` bytes at `at`.
void Decoder::State::read_alone(std::size_t size) {
  const std::string_view value = call.bytes.substr(at, size);
  const StructuralIndex::Fault fault = value_index.build(copy_padded(value, value_copy));
  counts.scanned += 2 * size;
  if (fault == StructuralIndex::Fault::not_utf8) {
    report(Reason::not_utf8, std::string(kNotUtf8), size);
    after_value();
  } else if (fault != StructuralIndex::Fault::none || (is_scalar(value[0]) && !is_json_scalar(value))) {
    skip_line(at + size, Reason::not_json, "the text is not JSON");
  } else if (value[0] != '{') {
    report(Reason::not_an_event, std::string(kind_of_value(value[0])) + ", not an object", size);
    after_value();
  } else {
    Cursor cursor = value_index.begin();
    if (reader.read(cursor, value_index, target(value.data()))) {
      at += size;
      after_value();
    } else if (reader.fault().reason == Reason::not_json) {
      skip_line(at + size, Reason::not_json, reader.fault().detail);
    } else {
      report(reader.fault().reason, reader.fault().detail, size);
      after_value();
    }
  }
  if (value_copy.size() > kKeptCopy) {
    value_copy = {};
    value_index.shrink();
  }
}

void Decoder::State::end_of_input() {
  if (skipping) {
    finish_skipping();
  } else if (array != Array::none && array != Array::broken) {
    DeadLetter letter{Reason::truncated, "the array that begins here isn't closed", input, array_position, {}, 0};
    take(letter);
  }
  array = Array::none;
}

Position Decoder::State::position() {
  while (next_line <= at) {
    ++line;
    find_line_end(next_line);
  }
  return {line, base.offset + at};
}

/// The next line begins behind the first line end at or behind `from`.
void Decoder::State::find_line_end(std::size_t from) {
  const void* newline =
      from < call.bytes.size() ? std::memchr(call.bytes.data() + from, '\n', call.bytes.size() - from) : nullptr;
  next_line = newline == nullptr ? kNoLine
                                 : static_cast<std::size_t>(static_cast<const char*>(newline) - call.bytes.data()) + 1;
}

/// The `size` bytes at `at` are a dead letter, and used. White space at their end isn't kept.
void Decoder::State::report(Reason reason, std::string detail, std::size_t size) {
  std::string_view bytes = call.bytes.substr(at, size);
  while (!bytes.empty() && is_space(bytes.back())) bytes.remove_suffix(1);
  DeadLetter letter{reason,      std::move(detail), input, position(), std::string(bytes.substr(0, kDeadLetterBytes)),
                    bytes.size()};
  take(letter);
  at += size;
}

/// From `at` to the first line end at or behind `from`, which may come in a later call.
void Decoder::State::skip_line(std::size_t from, Reason reason, std::string detail) {
  skipping = Skipping{{reason, std::move(detail), input, position(), {}, 0}, false};
  if (array != Array::none) array = Array::broken;
  const std::string_view until = call.bytes.substr(at, from - at);
  skipping->letter.bytes = until.substr(0, kDeadLetterBytes);
  skipping->letter.size = until.size();
  skipping->carriage_return = until.ends_with('\r');
  at = from;
  continue_skipping();
}

/// False: the line's end hasn't come; all bytes are used.
bool Decoder::State::continue_skipping() {
  const std::string_view rest = call.bytes.substr(at);
  const std::size_t newline = rest.find('\n');
  const std::string_view text = rest.substr(0, newline);
  DeadLetter& letter = skipping->letter;
  letter.bytes += text.substr(0, kDeadLetterBytes - letter.bytes.size());
  letter.size += text.size();
  if (!text.empty()) skipping->carriage_return = text.back() == '\r';
  counts.scanned += text.size();
  at += text.size();
  if (newline == std::string_view::npos) return false;
  finish_skipping();
  return true;
}

void Decoder::State::finish_skipping() {
  DeadLetter& letter = skipping->letter;
  if (skipping->carriage_return) {
    --letter.size;
    if (letter.bytes.size() > letter.size) letter.bytes.pop_back();
  }
  if (letter.reason == Reason::not_json) {
    const bool cut = letter.bytes.size() < letter.size;
    counts.scanned += letter.bytes.size();
    if (!is_utf8(cut ? without_cut_character(letter.bytes) : letter.bytes)) {
      letter.reason = Reason::not_utf8;
      letter.detail = kNotUtf8;
    }
  }
  take(letter);
  skipping.reset();
}

void Decoder::State::take(DeadLetter& letter) {
  ++counts.dead_letters;
  sink.take(letter);
}

Decoder::Decoder(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
                 DeadLetterSink& dead_letters)
    : state_(std::make_unique<State>(schema, symbols, std::move(input), limits, dead_letters)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

std::size_t Decoder::decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                            Batch& batch) {
  return state_->decode({bytes, last, arrival, &batch}, max_rows);
}

void Decoder::begin(Position position) {
  State& state = *state_;
  TOCSIN_ASSERT(!state.scanner.started() && !state.skipping);
  state.base = position;
  state.at_start = true;
  state.array = State::Array::none;
}

const DecodeCounts& Decoder::counts() const { return state_->counts; }

}  // namespace tocsin::events
