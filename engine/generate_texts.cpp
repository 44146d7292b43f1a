// Texts that patterns let through. They are tries: what they are for is judged by the functions of the language.
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "engine/generate_values.hpp"

namespace tocsin::engine {

namespace {

/// Walks a regex and writes a text on the way: alternatives and repetitions at random, classes by their first members.
class RegexWalk {
 public:
  RegexWalk(std::string_view regex, Random& random) : regex_(regex), random_(random) {}

  std::string alternatives() {
    std::vector<std::string> made{sequence()};
    while (next_is('|')) {
      ++at_;
      made.push_back(sequence());
    }
    return made[random_.below(made.size())];
  }

 private:
  static constexpr std::size_t kMostTurns = 200;

  bool next_is(char c) const { return at_ < regex_.size() && regex_[at_] == c; }

  std::string sequence() {
    std::string made;
    while (at_ < regex_.size() && regex_[at_] != '|' && regex_[at_] != ')') {
      const std::size_t begin = at_;
      std::string piece = atom();
      const std::size_t end = at_;
      const std::size_t turns = repetition();
      const std::size_t behind = at_;
      for (std::size_t i = 0; i < turns; ++i) {
        if (i > 0) {
          at_ = begin;
          piece = atom();
          at_ = end;
        }
        made += piece;
      }
      at_ = behind;
    }
    return made;
  }

  std::string atom() {
    const char c = regex_[at_++];
    if (c == '(') return group();
    if (c == '[') return member();
    if (c == '\\') return at_ < regex_.size() ? escape(regex_[at_++]) : std::string();
    if (c == '.') return "a";
    if (c == '^' || c == '$') return {};
    return std::string(1, c);
  }

  std::string group() {
    if (next_is('?')) {  // (?i) (?:…) (?P<name>…)
      const std::size_t end = regex_.find_first_of(":>)", at_);
      if (end == std::string_view::npos) return at_ = regex_.size(), std::string();
      at_ = end + 1;
      if (regex_[end] == ')') return {};
    }
    std::string made = alternatives();
    if (next_is(')')) ++at_;
    return made;
  }

  static std::string escape(char c) {
    switch (c) {
      case 'd':
        return "7";
      case 'w':
        return "w";
      case 's':
        return " ";
      case 'D':
      case 'S':
        return "a";
      case 'W':
        return "-";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'b':
      case 'B':
      case 'A':
      case 'z':
        return {};
      default:
        return std::string(1, c);
    }
  }

  /// One of a class `[…]`.
  std::string member() {
    const bool negated = next_is('^');
    if (negated) ++at_;
    std::string members;
    for (bool first = true; at_ < regex_.size() && (first || regex_[at_] != ']'); first = false) {
      if (regex_.substr(at_).starts_with("[:")) {
        const std::size_t end = regex_.find(":]", at_);
        if (end == std::string_view::npos) break;
        members += regex_.substr(at_, end - at_).find("digit") != std::string_view::npos ? "7" : "a";
        at_ = end + 2;
        continue;
      }
      if (regex_[at_] == '\\' && at_ + 1 < regex_.size()) {
        members += escape(regex_[at_ + 1]);
        at_ += 2;
        continue;
      }
      const char from = regex_[at_++];
      members.push_back(from);
      if (at_ + 1 < regex_.size() && regex_[at_] == '-' && regex_[at_ + 1] != ']') {
        members.push_back(regex_[at_ + 1]);
        at_ += 2;
      }
    }
    if (at_ < regex_.size()) ++at_;
    if (!negated) return members.empty() ? members : std::string(1, members[random_.below(members.size())]);
    for (const char c : std::string_view("a7-Z_ "))
      if (members.find(c) == std::string::npos) return std::string(1, c);
    return "a";
  }

  std::size_t number() {
    std::size_t read = 0;
    while (at_ < regex_.size() && std::isdigit(static_cast<unsigned char>(regex_[at_])) != 0 && read < 10'000)
      read = 10 * read + static_cast<std::size_t>(regex_[at_++] - '0');
    return read;
  }

  std::size_t repetition() {
    std::size_t turns = 1;
    if (at_ >= regex_.size()) return turns;
    const char c = regex_[at_];
    if (c == '*' || c == '?') turns = random_.below(2);
    if (c == '+') turns = 1 + random_.below(2);
    if (c == '{') {
      ++at_;
      turns = number();
      at_ = std::min(regex_.size(), regex_.find('}', at_));
    }
    if (c == '*' || c == '?' || c == '+' || c == '{') {
      if (at_ < regex_.size()) ++at_;
      if (next_is('?')) ++at_;
    }
    return std::min(turns, kMostTurns);
  }

  std::string_view regex_;
  Random& random_;
  std::size_t at_ = 0;
};

}  // namespace

std::string text_like(std::string_view pattern, Random& random) {
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      if (random.chance(50)) text += "x";
    } else {
      text.push_back(c == '?' ? 'x' : c);
    }
  }
  return text;
}

std::string text_matching(std::string_view regex, Random& random) { return RegexWalk(regex, random).alternatives(); }

std::string address_in(std::string_view network, Random& random) {
  std::string address(network.substr(0, network.find('/')));
  if (address.empty() || random.chance(30)) return address;
  const bool whole =
      network.find('/') == std::string_view::npos || network.ends_with("/32") || network.ends_with("/128");
  if (whole) return address;
  if (address.find(':') != std::string::npos)
    return address.ends_with("::") ? address + fmt::format("{:x}", 1 + random.below(200)) : address;
  const std::size_t dot = address.rfind('.');
  return dot == std::string::npos ? address : address.substr(0, dot + 1) + std::to_string(1 + random.below(6));
}

}  // namespace tocsin::engine
