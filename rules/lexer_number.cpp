// See lexer_number.hpp.
#include "rules/lexer_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::rules {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
/// In falling order.
constexpr Unit kUnits[] = {{"d", 86'400'000'000'000},
                           {"h", 3'600'000'000'000},
                           {"m", 60'000'000'000},
                           {"s", 1'000'000'000},
                           {"ms", 1'000'000}};

/// Names that people give to units, with the unit meant.
struct UnitHabit {
  std::string_view written;
  std::string_view meant;
};
constexpr UnitHabit kUnitHabits[] = {
    {"days", "d"},          {"day", "d"},          {"hours", "h"},   {"hour", "h"},  {"hrs", "h"},   {"hr", "h"},
    {"minutes", "m"},       {"minute", "m"},       {"mins", "m"},    {"min", "m"},   {"M", "m"},     {"seconds", "s"},
    {"second", "s"},        {"secs", "s"},         {"sec", "s"},     {"S", "s"},     {"H", "h"},     {"D", "d"},
    {"milliseconds", "ms"}, {"millisecond", "ms"}, {"millis", "ms"}, {"msec", "ms"}, {"msecs", "ms"}};

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr SizeUnit kSizeUnits[] = {{"B", 1}, {"KB", 1ULL << 10}, {"MB", 1ULL << 20}, {"GB", 1ULL << 30}};
constexpr UnitHabit kSizeHabits[] = {{"KiB", "KB"}, {"MiB", "MB"}, {"GiB", "GB"},  {"b", "B"},   {"kb", "KB"},
                                     {"mb", "MB"},  {"gb", "GB"},  {"kB", "KB"},   {"Mb", "MB"}, {"Gb", "GB"},
                                     {"K", "KB"},   {"G", "GB"},   {"bytes", "B"}, {"M", "MB"}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kUnits)
    if (unit.name == name) return &unit;
  return nullptr;
}

const SizeUnit* find_size_unit(std::string_view name) {
  for (const SizeUnit& unit : kSizeUnits)
    if (unit.name == name) return &unit;
  return nullptr;
}

/// `digits [. digits] [e [sign] digits]`, more than digits alone.
bool is_float(std::string_view run) {
  const std::size_t e = run.find_first_of("eE");
  std::string_view mantissa = run.substr(0, e);
  const std::size_t dot = mantissa.find('.');
  if (dot != std::string_view::npos && !all_digits(mantissa.substr(dot + 1))) return false;
  if (!all_digits(mantissa.substr(0, dot))) return false;
  if (e == std::string_view::npos) return true;
  std::string_view exponent = run.substr(e + 1);
  if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-')) exponent.remove_prefix(1);
  return all_digits(exponent);
}

struct Part {
  std::string_view count;
  std::string_view unit;
};

/// `1h30m` → 1 h, 30 m; empty where it isn't digits and letters in turn.
std::vector<Part> split_parts(std::string_view run) {
  std::vector<Part> parts;
  std::size_t at = 0;
  while (at < run.size()) {
    const std::size_t digits = at;
    while (at < run.size() && is_digit(run[at])) ++at;
    const std::size_t letters = at;
    while (at < run.size() && is_letter(run[at])) ++at;
    if (letters == digits || at == letters) return {};
    parts.push_back({run.substr(digits, letters - digits), run.substr(letters, at - letters)});
  }
  return parts;
}

class Judge {
 public:
  Judge(std::string_view run, Token& token, Problems& problems) : run_(run), token_(token), problems_(problems) {}

  void integer(bool negated) {
    constexpr std::uint64_t kLimit = 1ULL << 63;
    const auto [end, error] = std::from_chars(run_.data(), run_.data() + run_.size(), token_.magnitude);
    if (error == std::errc{} && (token_.magnitude < kLimit || (token_.magnitude == kLimit && negated))) return;
    token_.magnitude = 0;
    report("E0108", quoted(run_) + " is too large for an int", "the largest is 9223372036854775807");
  }

  void floating() {
    token_.kind = TokenKind::floating;
    const auto [end, error] = std::from_chars(run_.data(), run_.data() + run_.size(), token_.number);
    if (error == std::errc{} && std::isfinite(token_.number)) return;
    token_.number = 0;
    report("E0108", quoted(run_) + " is outside of what a float holds");
  }

  /// False if it isn't meant as a duration.
  bool duration() {
    if (fraction()) return true;
    const std::vector<Part> parts = split_parts(run_);
    if (parts.empty()) return false;
    token_.kind = TokenKind::duration;
    token_.ns = 1'000'000'000;
    for (const Part& part : parts)
      if (!find_unit(part.unit)) return bad_unit(parts, part), true;
    for (std::size_t i = 1; i < parts.size(); ++i)
      if (find_unit(parts[i].unit)->ns >= find_unit(parts[i - 1].unit)->ns) return order(parts), true;
    sum(parts);
    return true;
  }

  /// False if it isn't meant as a size. `surely`: nothing else can stand there.
  bool size(bool surely) {
    const std::vector<Part> parts = split_parts(run_);
    if (parts.size() != 1) return false;
    const Part& part = parts[0];
    const SizeUnit* unit = find_size_unit(part.unit);
    for (const UnitHabit& habit : kSizeHabits)
      if (habit.written == part.unit && (surely || habit.written != "M")) {
        token_.kind = TokenKind::size;
        suggest(report("E0106", "unknown unit " + quoted(part.unit), "sizes have the units B, KB, MB and GB"),
                "units of 1024", std::string(part.count) + std::string(habit.meant));
        return true;
      }
    if (!unit) return false;
    token_.kind = TokenKind::size;
    const auto [end, error] =
        std::from_chars(part.count.data(), part.count.data() + part.count.size(), token_.magnitude);
    if (error == std::errc{} && !__builtin_mul_overflow(token_.magnitude, unit->bytes, &token_.magnitude)) return true;
    token_.magnitude = 0;
    report("E0108", quoted(run_) + " is too large for a size", "the largest is 17179869183GB");
    return true;
  }

  void neither() { report("E0106", quoted(run_) + " is neither a number nor a duration"); }

 private:
  Diagnostic& report(std::string code, std::string message, std::string label = {}) {
    token_.broken = true;
    return problems_.report(std::move(code), token_.begin, token_.end, std::move(message), std::move(label));
  }
  Diagnostic& suggest(Diagnostic& problem, std::string help, std::string text) {
    problem.helps.push_back({std::move(help), Span{problems_.file(), token_.begin, token_.end}, std::move(text)});
    return problem;
  }

  /// `1.5h`: told, with the whole number that it is.
  bool fraction() {
    const std::size_t dot = run_.find('.');
    std::size_t letters = run_.size();
    while (letters > 0 && is_letter(run_[letters - 1])) --letters;
    const Unit* unit = find_unit(run_.substr(letters));
    if (dot == std::string_view::npos || !unit || !is_float(run_.substr(0, letters))) return false;
    token_.kind = TokenKind::duration;
    token_.ns = 1'000'000'000;
    Diagnostic& problem = report("E0106", "durations are whole numbers with units", "not a whole number");
    double count = 0;
    std::from_chars(run_.data(), run_.data() + letters, count);
    for (const Unit& smaller : kUnits) {
      const double exact = count * (static_cast<double>(unit->ns) / static_cast<double>(smaller.ns));
      if (exact < 1 || exact > 1e12 || std::abs(exact - std::round(exact)) > 1e-9) continue;
      suggest(problem, "the same in whole numbers",
              std::to_string(static_cast<std::int64_t>(std::round(exact))) + std::string(smaller.name));
      break;
    }
    return true;
  }

  void bad_unit(const std::vector<Part>& parts, const Part& wrong) {
    Diagnostic& problem = report("E0106", "unknown unit " + quoted(wrong.unit), "units are d, h, m, s and ms");
    std::string mended;
    for (const Part& part : parts) {
      std::string_view meant = find_unit(part.unit) ? part.unit : std::string_view{};
      for (const UnitHabit& habit : kUnitHabits)
        if (habit.written == part.unit) meant = habit.meant;
      if (meant.empty()) return;
      mended += std::string(part.count) + std::string(meant);
    }
    suggest(problem, "units are single letters, and `ms`", mended);
  }

  void order(const std::vector<Part>& parts) {
    Diagnostic& problem =
        report("E0107", "the units of a duration stand in falling order, each once", "d, h, m, s, ms");
    std::vector<Part> sorted = parts;
    std::sort(sorted.begin(), sorted.end(),
              [](const Part& a, const Part& b) { return find_unit(a.unit)->ns > find_unit(b.unit)->ns; });
    std::string mended;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0 && sorted[i].unit == sorted[i - 1].unit) return;
      mended += std::string(sorted[i].count) + std::string(sorted[i].unit);
    }
    suggest(problem, "largest first", mended);
  }

  void sum(const std::vector<Part>& parts) {
    std::int64_t total = 0;
    for (const Part& part : parts) {
      std::int64_t count = 0;
      const auto [end, error] = std::from_chars(part.count.data(), part.count.data() + part.count.size(), count);
      std::int64_t ns = 0;
      if (error != std::errc{} || __builtin_mul_overflow(count, find_unit(part.unit)->ns, &ns) ||
          __builtin_add_overflow(total, ns, &total)) {
        report("E0108", quoted(run_) + " is too long for a duration", "the longest is 106751d");
        return;
      }
    }
    token_.ns = total;
  }

  std::string_view run_;
  Token& token_;
  Problems& problems_;
};

}  // namespace

std::uint32_t end_of_number(std::string_view text, std::uint32_t at) {
  const auto run = [&] {
    while (at < text.size() && (is_digit(text[at]) || is_letter(text[at]))) ++at;
  };
  const std::uint32_t begin = at;
  run();
  if (all_digits(text.substr(begin, at - begin)) && at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    run();
  }
  const bool exponent = (text[at - 1] == 'e' || text[at - 1] == 'E') && is_float(text.substr(begin, at - begin - 1));
  if (exponent && at + 1 < text.size() && (text[at] == '+' || text[at] == '-') && is_digit(text[at + 1])) {
    ++at;
    run();
  }
  return at;
}

bool is_size_unit(std::string_view text) { return find_size_unit(text) != nullptr; }

void judge_number(std::string_view run, Meant meant, Token& token, Problems& problems) {
  Judge judge(run, token, problems);
  if (all_digits(run)) return judge.integer(meant == Meant::negated);
  if (is_float(run)) return judge.floating();
  if (!judge.size(meant == Meant::size) && !judge.duration()) judge.neither();
}

}  // namespace tocsin::rules
