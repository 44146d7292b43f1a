// Strings as code points, lists as values.
#include <algorithm>
#include <regex>

#include "tests/oracle/expression.hpp"
#include "tests/oracle/functions.hpp"

namespace tocsin::oracle {
namespace {

using events::List;
using events::Value;
using rules::Function;
using Int = std::int64_t;

/// The code points of UTF-8 text, each as its bytes.
std::vector<std::string> points_of(const std::string& text) {
  std::vector<std::string> points;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) points.emplace_back();
    points.back().push_back(c);
  }
  return points;
}

std::string joined(const std::vector<std::string>& points, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < to; ++i) text += points[i];
  return text;
}

std::string substring(const std::string& text, Int from, std::optional<Int> count) {
  const std::vector<std::string> points = points_of(text);
  const auto size = static_cast<Int>(points.size());
  const Int begin = std::clamp<Int>(from < 0 ? std::max(from, -size) + size : from, 0, size);
  const Int end = count ? begin + std::clamp<Int>(*count, 0, size - begin) : size;
  return joined(points, static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
}

std::string masked(const std::string& text, Int keep) {
  const std::vector<std::string> points = points_of(text);
  const auto size = static_cast<Int>(points.size());
  const Int hidden = size - std::clamp<Int>(keep, 0, size);
  return std::string(static_cast<std::size_t>(hidden), '*') +
         joined(points, static_cast<std::size_t>(hidden), points.size());
}

bool like(const std::vector<std::string>& text, std::size_t at, const std::vector<std::string>& pattern,
          std::size_t in) {
  if (in == pattern.size()) return at == text.size();
  if (pattern[in] == "*")
    return like(text, at, pattern, in + 1) || (at < text.size() && like(text, at + 1, pattern, in));
  return at < text.size() && (pattern[in] == "?" || pattern[in] == text[at]) && like(text, at + 1, pattern, in + 1);
}

std::string replaced(const std::string& text, const std::string& old, const std::string& by) {
  if (old.empty()) return text;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool here = text.compare(at, old.size(), old) == 0;
    result += here ? by : text.substr(at, 1);
    at += here ? old.size() : 1;
  }
  return result;
}

Value split(const std::string& text, const std::string& separator) {
  if (separator.empty()) return {};
  std::vector<Value> parts;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = text.find(separator, from)) != std::string::npos; from = at + separator.size())
    parts.emplace_back(text.substr(from, at - from));
  parts.emplace_back(text.substr(from));
  return make_list(events::Type::string, parts);
}

std::string in_case(std::string text, char first, char last) {
  for (char& c : text)
    if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
  return text;
}

bool is_in(const Value& value, const Value& list) {
  for (const Value& item : items_of(std::get<List>(list)))
    if (compare(value, item) == std::strong_ordering::equal) return true;
  return false;
}

}  // namespace

std::optional<Value> textual(Function function, const Args& args) {
  if (function == Function::in_list) return is_in(args[0], args[1]);
  if (args.empty()) return std::nullopt;
  if (const auto* list = std::get_if<List>(&args[0])) {
    if (function == Function::length) return static_cast<Int>(items_of(*list).size());
    if (function == Function::contains) return is_in(args[1], args[0]);
    return std::nullopt;
  }
  const auto* first = std::get_if<std::string>(&args[0]);
  if (first == nullptr) return std::nullopt;
  const std::string& text = *first;
  const auto other = [&](std::size_t i) -> const std::string& { return std::get<std::string>(args[i]); };
  switch (function) {
    case Function::lower:
      return in_case(text, 'A', 'Z');
    case Function::upper:
      return in_case(text, 'a', 'z');
    case Function::trim: {
      const auto from = text.find_first_not_of(" \t\n\r\f\v");
      if (from == std::string::npos) return Value{std::string()};
      return text.substr(from, text.find_last_not_of(" \t\n\r\f\v") + 1 - from);
    }
    case Function::length:
      return static_cast<Int>(points_of(text).size());
    case Function::contains:
      return text.find(other(1)) != std::string::npos;
    case Function::starts_with:
      return text.starts_with(other(1));
    case Function::ends_with:
      return text.ends_with(other(1));
    case Function::replace:
      return replaced(text, other(1), other(2));
    case Function::substring:
      return substring(text, std::get<Int>(args[1]),
                       args.size() > 2 ? std::optional(std::get<Int>(args[2])) : std::nullopt);
    case Function::split:
      return split(text, other(1));
    case Function::mask:
      return masked(text, std::get<Int>(args[1]));
    case Function::redact:
      return Value{std::string("[redacted]")};
    case Function::like:
      return like(points_of(text), 0, points_of(other(1)), 0);
    case Function::matches:
      return std::regex_search(text, std::regex(other(1)));
    default:
      return std::nullopt;
  }
}

}  // namespace tocsin::oracle
