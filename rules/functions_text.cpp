// Functions of texts, by code points; and of secrets in them.
#include <openssl/evp.h>

#include <algorithm>

#include "events/assert.hpp"
#include "rules/code_points.hpp"
#include "rules/functions_parts.hpp"
#include "rules/letter_case.hpp"
#include "rules/lists.hpp"

namespace tocsin::rules {

namespace {

/// replace() is the one function whose text can be longer than all it was given: beyond this there is no result.
constexpr std::size_t kLongestText = 1U << 20;

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    const std::size_t width = width_at(text, 0);
    if (!is_space(code_point(text.substr(0, width)))) break;
    text.remove_prefix(width);
  }
  std::size_t end = 0;  // behind the last code point that is no space
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t width = width_at(text, at);
    if (!is_space(code_point(text.substr(at, width)))) end = at + width;
    at += width;
  }
  return text.substr(0, end);
}

void change_case(std::string_view text, char32_t (*change)(char32_t), std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t width = width_at(text, at);
    const std::string_view bytes = text.substr(at, width);
    // A byte beyond ASCII that stands alone is no UTF-8, and stays as it is.
    if (width == 1 && static_cast<unsigned char>(bytes[0]) >= 0x80)
      out += bytes[0];
    else
      append_code_point(out, change(code_point(bytes)));
    at += width;
  }
}

bool replace(std::string_view text, std::string_view old, std::string_view with, std::string& out) {
  if (old.empty()) {
    out = text;
    return true;
  }
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = text.find(old, at);
    out.append(text.substr(at, found - at));
    if (found == std::string_view::npos) return true;
    if (out.size() + with.size() > kLongestText) return false;
    out.append(with);
    at = found + old.size();
  }
}

std::string_view substring(const Args& args) {
  const std::string_view text = args.text(0);
  const std::int64_t from = args.integer(1);
  std::size_t begin = 0;
  if (from >= 0) {
    begin = place_of(text, static_cast<std::size_t>(from));
  } else {
    const std::size_t length = count_code_points(text);
    // The smallest int has no negation.
    const std::size_t back = static_cast<std::size_t>(-(from + 1)) + 1;
    begin = back >= length ? 0 : place_of(text, length - back);
  }
  const std::string_view part = text.substr(begin);
  if (args.count() < 3) return part;
  const std::int64_t count = std::max<std::int64_t>(args.integer(2), 0);
  return part.substr(0, place_of(part, static_cast<std::size_t>(count)));
}

bool split(std::string_view text, std::string_view separator, std::string& list) {
  if (separator.empty()) return false;
  for (;;) {
    const std::size_t found = text.find(separator);
    append_text_element(list, text.substr(0, found));
    if (found == std::string_view::npos) return true;
    text.remove_prefix(found + separator.size());
  }
}

void mask(std::string_view text, std::int64_t keep, std::string& out) {
  const std::size_t length = count_code_points(text);
  const std::size_t kept = keep < 0 ? 0 : static_cast<std::size_t>(keep);
  const std::size_t hidden = kept >= length ? 0 : length - kept;
  out.assign(hidden, '*');
  out.append(text.substr(place_of(text, hidden)));
}

void hash(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  TOCSIN_ASSERT(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  for (unsigned i = 0; i < size; ++i) {
    out += kDigits[digest[i] >> 4];
    out += kDigits[digest[i] & 15];
  }
}

/// Functions that give a new text.
bool made_text(Function function, const Args& args, std::string& out) {
  switch (function) {
    case Function::lower:
      change_case(args.text(0), lower_of, out);
      return true;
    case Function::upper:
      change_case(args.text(0), upper_of, out);
      return true;
    case Function::trim:
      out = trimmed(args.text(0));
      return true;
    case Function::replace:
      return replace(args.text(0), args.text(1), args.text(2), out);
    case Function::substring:
      out = substring(args);
      return true;
    case Function::split:
      return split(args.text(0), args.text(1), out);
    case Function::mask:
      mask(args.text(0), args.integer(1), out);
      return true;
    case Function::hash:
      hash(args.text(0), out);
      return true;
    default:
      out = "[redacted]";
      return true;
  }
}

bool matches(const Args& args, Slot& out) {
  const auto* regex = args.ready<std::unique_ptr<re2::RE2>>();
  if (regex == nullptr) return false;
  const std::string_view text = args.text(0);
  out = events::slot_of(re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), **regex));
  return true;
}

}  // namespace

bool text_result(Function function, const Args& args, Slot& out) {
  switch (function) {
    case Function::length:
      out = count_code_points(args.text(0));
      return true;
    case Function::contains:
      out = events::slot_of(args.text(0).find(args.text(1)) != std::string_view::npos);
      return true;
    case Function::starts_with:
      out = events::slot_of(args.text(0).starts_with(args.text(1)));
      return true;
    case Function::ends_with:
      out = events::slot_of(args.text(0).ends_with(args.text(1)));
      return true;
    case Function::like: {
      const auto* pattern = args.ready<LikePattern>();
      if (pattern == nullptr) return false;
      out = events::slot_of(fits(*pattern, args.text(0)));
      return true;
    }
    case Function::matches:
      return matches(args, out);
    default:
      return made_text(function, args, args.texts.make(out));
  }
}

}  // namespace tocsin::rules
