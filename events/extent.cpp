#include "events/extent.hpp"

#include "events/json_class.hpp"

namespace tocsin::events {

void ExtentScanner::start() {
  size_ = 0;
  open_.clear();
  expect_ = Expect::value;
  escaped_ = false;
  started_ = true;
}

ExtentScanner::Outcome ExtentScanner::begin_value(char c) {
  if (c == '{' || c == '[') {
    if (open_.size() == depth_) return Outcome::too_deep;
    open_.push_back(c == '{' ? '}' : ']');
    expect_ = c == '{' ? Expect::key_or_end : Expect::value_or_end;
    return Outcome::unfinished;
  }
  if (c == '"') {
    expect_ = Expect::string;
    return Outcome::unfinished;
  }
  if (!is_scalar(c)) return Outcome::not_json;
  expect_ = Expect::scalar;
  return Outcome::unfinished;
}

ExtentScanner::Outcome ExtentScanner::close(char bracket) {
  if (open_.empty() || open_.back() != bracket) return Outcome::not_json;
  open_.pop_back();
  expect_ = open_.empty() ? Expect::done : Expect::comma_or_end;
  return Outcome::unfinished;
}

/// One byte that isn't inside a string or scalar, nor white space.
ExtentScanner::Outcome ExtentScanner::step(char c) {
  switch (expect_) {
    case Expect::value_or_end:
      if (c == ']') return close(c);
      return begin_value(c);
    case Expect::value:
      return begin_value(c);
    case Expect::key_or_end:
      if (c == '}') return close(c);
      [[fallthrough]];
    case Expect::key:
      if (c != '"') return Outcome::not_json;
      expect_ = Expect::key_string;
      return Outcome::unfinished;
    case Expect::colon:
      if (c != ':') return Outcome::not_json;
      expect_ = Expect::value;
      return Outcome::unfinished;
    case Expect::comma_or_end:
      if (c != ',') return close(c);
      expect_ = open_.back() == '}' ? Expect::key : Expect::value;
      return Outcome::unfinished;
    default:
      return Outcome::not_json;
  }
}

/// From inside a string to behind its closing quote; null: a control character, at size_.
const char* ExtentScanner::skip_string(const char* p, const char* end) {
  for (; p != end; ++p) {
    if (static_cast<unsigned char>(*p) < 0x20) return nullptr;
    if (escaped_) {
      escaped_ = false;
    } else if (*p == '\\') {
      escaped_ = true;
    } else if (*p == '"') {
      if (expect_ == Expect::key_string) {
        expect_ = Expect::colon;
      } else {
        expect_ = open_.empty() ? Expect::done : Expect::comma_or_end;
      }
      return p + 1;
    }
  }
  return p;
}

ExtentScanner::Outcome ExtentScanner::scan(std::string_view value, bool last) {
  const char* const begin = value.data();
  const char* const end = begin + value.size();
  const char* p = begin + size_;
  const auto result = [&](Outcome outcome) {
    size_ = static_cast<std::size_t>(p - begin);
    return outcome;
  };
  while (p != end && expect_ != Expect::done) {
    if (expect_ == Expect::string || expect_ == Expect::key_string) {
      const char* const behind = skip_string(p, end);
      if (behind == nullptr) return result(Outcome::not_json);
      p = behind;
    } else if (expect_ == Expect::scalar) {
      while (p != end && is_scalar(*p)) ++p;
      if (p != end) expect_ = open_.empty() ? Expect::done : Expect::comma_or_end;
    } else if (is_space(*p)) {
      ++p;
    } else {
      const Outcome outcome = step(*p);
      if (outcome != Outcome::unfinished) return result(outcome);
      if (expect_ != Expect::scalar) ++p;
    }
  }
  const bool whole = expect_ == Expect::done || (last && expect_ == Expect::scalar && open_.empty());
  return result(whole ? Outcome::complete : Outcome::unfinished);
}

}  // namespace tocsin::events
