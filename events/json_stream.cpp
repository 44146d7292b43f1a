#include "events/json_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "events/assert.hpp"
#include "events/json_class.hpp"
#include "events/scalar.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kWindow =
    16U << 10;  ///< small: tokens stay in the first-level cache, little is lost at a full batch
constexpr std::size_t kKeptCopy = 1U << 20;  ///< capacity that stays after a large value
constexpr std::string_view kNotUtf8 = "the text is not UTF-8";

}  // namespace

std::size_t JsonStream::decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                               Batch& batch) {
  text_.open(bytes, last);
  arrival_ = arrival;
  batch_ = &batch;
  window_end_ = no_window_until_ = 0;
  const bool ready = (!text_.skipping() || text_.continue_skipping()) && text_.skip_byte_order_mark();
  while (ready && batch.size() < max_rows) {
    if (!scanner_.started()) {
      if (!find_token()) break;
      if (take_punctuation()) continue;
    }
    if (!read_value()) break;
  }
  if (last && text_.used_up()) end_of_input();
  text_.close();
  return text_.at;
}

void JsonStream::begin(Position position) {
  TOCSIN_ASSERT(!scanner_.started() && !text_.skipping());
  text_.begin(position);
  array_ = Array::none;
}

/// Moves `at` to the next token. False: only white space is left, and used.
bool JsonStream::find_token() {
  while (text_.at < text_.bytes().size()) {
    if (text_.at >= window_end_ && !open_window()) {
      while (text_.at < text_.bytes().size() && is_space(text_.bytes()[text_.at])) ++text_.at;
      return text_.at < text_.bytes().size();
    }
    const auto from = static_cast<std::uint32_t>(text_.at - window_begin_);
    while (window_.at != window_index_.end() && *window_.at < from) ++window_.at;
    if (window_.at != window_index_.end()) {
      text_.at = window_begin_ + *window_.at;
      return true;
    }
    text_.at = window_end_;
  }
  return false;
}

/// Whole lines, or without a line end up to some closing brace. False: `at` must be read without a window.
bool JsonStream::open_window() {
  if (text_.at < no_window_until_ || limits_.event_bytes < kWindow) return false;
  const std::string_view reach = text_.bytes().substr(text_.at, kWindow);
  std::string_view text = reach;
  if (const void* newline = memrchr(reach.data(), '\n', reach.size())) {
    text = {reach.data(), static_cast<const char*>(newline)};
    window_end_ = text_.at + text.size() + 1;
  } else if (const void* brace = memrchr(reach.data(), '}', reach.size())) {
    text = copy_padded({reach.data(), static_cast<const char*>(brace) + 1}, window_copy_);
    window_end_ = text_.at + text.size();
  }
  counts_.scanned += reach.size();
  if (window_end_ <= text_.at || window_index_.build(text) != StructuralIndex::Fault::none) {
    no_window_until_ = std::max(window_end_, text_.at + 1);
    if (window_end_ <= text_.at) no_window_until_ = text_.at + reach.size();
    window_end_ = 0;
    return false;
  }
  window_ = window_index_.begin();
  window_begin_ = text_.at;
  window_bytes_ = text_.bytes().data() + text_.at;
  return true;
}

/// Brackets and commas of an array around values. True: `at` has moved on.
bool JsonStream::take_punctuation() {
  const char c = text_.bytes()[text_.at];
  if (c == '[' && (array_ == Array::none || array_ == Array::broken)) {
    array_position_ = text_.position();
    array_ = Array::first;
  } else if (array_ == Array::none) {
    return false;
  } else if (c == ']' && array_ != Array::value) {
    array_ = Array::none;
  } else if (c == ',' && (array_ == Array::next || array_ == Array::broken)) {
    array_ = array_ == Array::next ? Array::value : Array::broken;
  } else if (array_ == Array::next || c == ']' || c == ',') {
    skip_line(text_.at, Reason::not_json, array_ == Array::next ? "a comma or `]` is missing" : "a value is missing");
    if (c == ']') array_ = Array::none;
    return true;
  } else {
    return false;
  }
  ++text_.at;
  return true;
}

/// False: the value isn't finished and waits for the next call.
bool JsonStream::read_value() {
  if (!scanner_.started() && text_.at < window_end_ && text_.bytes()[text_.at] == '{' && read_in_window()) return true;
  return read_by_extent();
}

bool JsonStream::read_in_window() {
  Cursor cursor = window_;
  const bool good = reader_.read(cursor, window_index_, target(window_bytes_));
  if (!good) {
    counts_.scanned += *cursor.at - *window_.at;
    return false;
  }
  window_ = cursor;
  text_.at = window_begin_ + cursor.at[-1] + 1;
  after_value();
  return true;
}

bool JsonStream::read_by_extent() {
  if (!scanner_.started()) scanner_.start();
  const std::string_view value = text_.bytes().substr(text_.at, limits_.event_bytes + 1);
  const bool all = text_.at + value.size() == text_.bytes().size();
  const std::size_t before = scanner_.size();
  const ExtentScanner::Outcome outcome = scanner_.scan(value, text_.last() && all);
  counts_.scanned += scanner_.size() - before;
  const bool unfinished = outcome == ExtentScanner::Outcome::unfinished;
  if (unfinished && value.size() <= limits_.event_bytes && !text_.last()) return false;
  scanner_.stop();

  if (outcome == ExtentScanner::Outcome::not_json) {
    skip_line(text_.at, Reason::not_json, "the text is not JSON");
  } else if (outcome == ExtentScanner::Outcome::too_deep) {
    skip_line(text_.at, Reason::too_deep, "nested deeper than " + std::to_string(limits_.depth));
  } else if (scanner_.size() > limits_.event_bytes) {
    skip_line(text_.at + limits_.event_bytes, Reason::too_large,
              "more than " + std::to_string(limits_.event_bytes) + " bytes");
  } else if (unfinished) {
    // A line that was cut off swallows no events behind it: nested lines are indented, events mostly aren't.
    const std::size_t next_event = value.find("\n{");
    text_.report(Reason::truncated, "the input ends inside this value", std::min(next_event, value.size()));
    if (array_ != Array::none) array_ = Array::broken;
  } else {
    read_alone(scanner_.size());
  }
  return true;
}

/// The value of `size` bytes at `at`.
void JsonStream::read_alone(std::size_t size) {
  const std::string_view value = text_.bytes().substr(text_.at, size);
  const StructuralIndex::Fault fault = value_index_.build(copy_padded(value, value_copy_));
  counts_.scanned += 2 * size;
  if (fault == StructuralIndex::Fault::not_utf8) {
    text_.report(Reason::not_utf8, std::string(kNotUtf8), size);
    after_value();
  } else if (fault != StructuralIndex::Fault::none || (is_scalar(value[0]) && !is_json_scalar(value))) {
    skip_line(text_.at + size, Reason::not_json, "the text is not JSON");
  } else if (value[0] != '{') {
    text_.report(Reason::not_an_event, std::string(kind_of_value(value[0])) + ", not an object", size);
    after_value();
  } else {
    Cursor cursor = value_index_.begin();
    if (reader_.read(cursor, value_index_, target(value.data()))) {
      text_.at += size;
      after_value();
    } else if (reader_.fault().reason == Reason::not_json) {
      skip_line(text_.at + size, Reason::not_json, reader_.fault().detail);
    } else {
      text_.report(reader_.fault().reason, reader_.fault().detail, size);
      after_value();
    }
  }
  if (value_copy_.size() > kKeptCopy) {
    value_copy_ = {};
    value_index_.shrink();
  }
}

void JsonStream::end_of_input() {
  if (text_.skipping()) {
    text_.finish_skipping();
  } else if (array_ != Array::none && array_ != Array::broken) {
    text_.report_at(array_position_, Reason::truncated, "the array that begins here isn't closed");
  }
  array_ = Array::none;
}

void JsonStream::skip_line(std::size_t from, Reason reason, std::string detail) {
  if (array_ != Array::none) array_ = Array::broken;
  text_.skip_line(from, reason, std::move(detail));
}

}  // namespace tocsin::events
