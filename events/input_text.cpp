#include "events/input_text.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "events/json_class.hpp"
#include "events/json_text.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kNoLine = std::numeric_limits<std::size_t>::max();
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

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

}  // namespace

void InputText::open(std::string_view bytes, bool last) {
  bytes_ = bytes;
  last_ = last;
  at = 0;
  line_ = base_.line;
  find_line_end(0);
}

bool InputText::skip_byte_order_mark() {
  if (!at_start_) return true;
  const std::size_t size = std::min(bytes_.size(), kByteOrderMark.size());
  if (bytes_.substr(0, size) == kByteOrderMark.substr(0, size)) {
    if (size < kByteOrderMark.size() && !last_) return false;
    if (size == kByteOrderMark.size()) at = size;
  }
  at_start_ = false;
  return true;
}

/// The next line begins behind the first line end at or behind `from`.
void InputText::find_line_end(std::size_t from) {
  const void* newline = from < bytes_.size() ? std::memchr(bytes_.data() + from, '\n', bytes_.size() - from) : nullptr;
  next_line_ =
      newline == nullptr ? kNoLine : static_cast<std::size_t>(static_cast<const char*>(newline) - bytes_.data()) + 1;
}

void InputText::report(Reason reason, std::string detail, std::size_t size) {
  std::string_view bytes = bytes_.substr(at, size);
  while (!bytes.empty() && is_space(bytes.back())) bytes.remove_suffix(1);
  const DeadLetter letter{
      reason, std::move(detail), input_, position(), std::string(bytes.substr(0, kDeadLetterBytes)), bytes.size()};
  take(letter);
  at += size;
}

void InputText::skip_line(std::size_t from, Reason reason, std::string detail) {
  skipping_ = Skipping{{reason, std::move(detail), input_, position(), {}, 0}, false};
  const std::string_view until = bytes_.substr(at, from - at);
  skipping_->letter.bytes = until.substr(0, kDeadLetterBytes);
  skipping_->letter.size = until.size();
  skipping_->carriage_return = until.ends_with('\r');
  at = from;
  continue_skipping();
}

bool InputText::continue_skipping() {
  const std::string_view rest = bytes_.substr(at);
  const std::size_t newline = rest.find('\n');
  const std::string_view text = rest.substr(0, newline);
  DeadLetter& letter = skipping_->letter;
  letter.bytes += text.substr(0, kDeadLetterBytes - letter.bytes.size());
  letter.size += text.size();
  if (!text.empty()) skipping_->carriage_return = text.back() == '\r';
  counts_.scanned += text.size();
  at += text.size();
  if (newline == std::string_view::npos) return false;
  finish_skipping();
  return true;
}

void InputText::finish_skipping() {
  DeadLetter& letter = skipping_->letter;
  if (skipping_->carriage_return) {
    --letter.size;
    if (letter.bytes.size() > letter.size) letter.bytes.pop_back();
  }
  if (letter.reason == Reason::not_json) {
    const bool cut = letter.bytes.size() < letter.size;
    counts_.scanned += letter.bytes.size();
    if (!is_utf8(cut ? without_cut_character(letter.bytes) : letter.bytes)) {
      letter.reason = Reason::not_utf8;
      letter.detail = "the text is not UTF-8";
    }
  }
  take(letter);
  skipping_.reset();
}

void InputText::report_at(Position position, Reason reason, std::string detail) {
  take({reason, std::move(detail), input_, position, {}, 0});
}

void InputText::take(const DeadLetter& letter) {
  ++counts_.dead_letters;
  sink_.take(letter);
}

}  // namespace tocsin::events
