// Text ↔ points and spans of time. Calendar arithmetic: Howard Hinnant, "chrono-compatible low-level date algorithms"
// (years begin on 1 March, in eras of 400 years). RFC 3339 has fixed columns up to the seconds, so that
// part is read without a loop, all digit checks gathered into one branch.
#include "events/time.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace tocsin::events {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

/// Days before a month in a year that begins on 1 March.
constexpr std::array<std::uint16_t, 13> kDaysBefore = {0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275};
constexpr std::array<unsigned char, 13> kDaysInMonth = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
/// Nanoseconds of the last decimal, by how many there are.
constexpr std::array<std::int64_t, 10> kNsOfDecimal = {0,      100'000'000, 10'000'000, 1'000'000, 100'000,
                                                       10'000, 1'000,       100,        10,        1};

constexpr std::int64_t days_from_civil(unsigned year, unsigned month, unsigned day) {
  const unsigned y = month <= 2 ? year + 399 : year + 400;  // 400 years on, so that nothing goes below zero
  const unsigned leap_days = y / 4 - y / 100 + y / 400;
  return static_cast<std::int64_t>(y * 365 + leap_days + kDaysBefore[month] + day) - 1 - 719'468 - 146'097;
}

struct Civil {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

constexpr Civil civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + 719'468 + 146'097;
  const auto era = shifted / 146'097;
  const auto day_of_era = static_cast<unsigned>(shifted % 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + (era - 1) * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

constexpr unsigned days_in_month(unsigned year, unsigned month) {
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29U : kDaysInMonth[month];
}

static_assert(std::endian::native == std::endian::little);

consteval std::uint64_t image_of(std::string_view eight) {
  std::uint64_t image = 0;
  for (std::size_t i = 0; i < 8; ++i)
    image |= static_cast<std::uint64_t>(static_cast<unsigned char>(eight[i])) << (8 * i);
  return image;
}

/// Eight characters at once against a form such as `00:00:00`, where `0` is any digit and the bytes of `literals`
/// stand for themselves.
/// Byte i of `pairs` is then the number that characters i and i + 1 write.
struct EightCharacters {
  bool fits;
  std::uint64_t pairs;

  EightCharacters(const char* text, std::uint64_t form, std::uint64_t literals) {
    std::uint64_t x = 0;
    std::memcpy(&x, text, sizeof x);
    x ^= form;
    // A digit leaves 0 to 9; 6 more carry into the high half of a byte where it is above. A literal must leave 0.
    fits = ((((x + 0x0606'0606'0606'0606) | x) & 0xF0F0'F0F0'F0F0'F0F0) | (x & literals)) == 0;
    pairs = x * 10 + (x >> 8);
  }
  unsigned pair(int i) const { return static_cast<unsigned>(pairs >> (8 * i)) & 0xff; }
};

inline bool is_digit(char c) { return static_cast<unsigned char>(c) - unsigned{'0'} <= 9; }
inline unsigned number_of(char c) { return static_cast<unsigned char>(c) - unsigned{'0'}; }

constexpr std::int64_t kNoOffset = std::numeric_limits<std::int64_t>::min();

/// `Z` or `±HH:MM` that must be all of [p, end), in seconds east of UTC; or kNoOffset.
std::int64_t parse_offset(const char* p, const char* end) {
  if (end - p == 1 && (*p == 'Z' || *p == 'z')) return 0;
  if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':') return kNoOffset;
  if (!is_digit(p[1]) || !is_digit(p[2]) || !is_digit(p[4]) || !is_digit(p[5])) return kNoOffset;
  const unsigned hours = number_of(p[1]) * 10 + number_of(p[2]);
  const unsigned minutes = number_of(p[4]) * 10 + number_of(p[5]);
  if (hours > 23 || minutes > 59) return kNoOffset;
  const auto seconds = static_cast<std::int64_t>(hours * 3600 + minutes * 60);
  return *p == '-' ? -seconds : seconds;
}

/// False: off the axis.
bool put_on_axis(std::int64_t seconds, std::int64_t nanos, Time& time) {
  if (seconds < 0 && nanos > 0) {  // the earliest second of the axis is only partly on it
    ++seconds;
    nanos -= kNsPerSecond;
  }
  return !__builtin_mul_overflow(seconds, kNsPerSecond, &time.ns) && !__builtin_add_overflow(time.ns, nanos, &time.ns);
}

struct Unit {
  std::string_view name;
  std::uint64_t ns;
};
constexpr std::array<Unit, 7> kUnits = {{{"d", 86'400'000'000'000},
                                         {"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};

char* put_digits(char* out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

}  // namespace

TimeFault parse_rfc3339(std::string_view text, Time& time) {
  if (text.size() < 20) return TimeFault::not_a_time;
  const char* p = text.data();
  const char* const end = p + text.size();
  const EightCharacters date(p, image_of("0000-00-"), 0xFF00'00FF'0000'0000);
  const EightCharacters clock(p + 11, image_of("00:00:00"), 0x0000'FF00'00FF'0000);
  if (!date.fits || !clock.fits || !is_digit(p[8]) || !is_digit(p[9])) return TimeFault::not_a_time;
  if (p[10] != 'T' && p[10] != 't' && p[10] != ' ') return TimeFault::not_a_time;
  const unsigned year = date.pair(0) * 100 + date.pair(2);
  const unsigned month = date.pair(5);
  const unsigned day = number_of(p[8]) * 10 + number_of(p[9]);
  const unsigned hour = clock.pair(0);
  const unsigned minute = clock.pair(3);
  const unsigned second = clock.pair(6);
  if (month - 1 > 11 || hour > 23 || minute > 59 || second > 60) return TimeFault::not_a_time;
  if (day == 0 || (day > 28 && day > days_in_month(year, month))) return TimeFault::not_a_time;

  p += 19;
  std::int64_t nanos = 0;
  if (*p == '.') {
    const char* const digits = ++p;
    for (; p != end && is_digit(*p); ++p) {
      if (p - digits == 9) return TimeFault::not_a_time;
      nanos = nanos * 10 + number_of(*p);
    }
    if (p == digits) return TimeFault::not_a_time;
    nanos *= kNsOfDecimal[static_cast<std::size_t>(p - digits)];
  }
  const std::int64_t offset = parse_offset(p, end);
  if (offset == kNoOffset) return TimeFault::not_a_time;
  if (second == 60) nanos = 0;
  const auto of_day = static_cast<std::int64_t>(hour * 3600 + minute * 60 + second);
  const std::int64_t seconds = days_from_civil(year, month, day) * kSecondsPerDay + of_day - offset;
  return put_on_axis(seconds, nanos, time) ? TimeFault::none : TimeFault::off_axis;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  Time time;
  if (parse_rfc3339(text, time) != TimeFault::none) return std::nullopt;
  return time;
}

std::string format_rfc3339(Time time) {
  std::int64_t seconds = time.ns / kNsPerSecond;
  std::int64_t nanos = time.ns % kNsPerSecond;
  if (nanos < 0) {
    nanos += kNsPerSecond;
    --seconds;
  }
  std::int64_t days = seconds / kSecondsPerDay;
  std::int64_t of_day = seconds % kSecondsPerDay;
  if (of_day < 0) {
    of_day += kSecondsPerDay;
    --days;
  }
  const Civil civil = civil_from_days(days);
  std::array<char, 32> buffer{};
  char* out = put_digits(buffer.data(), static_cast<std::uint64_t>(civil.year), 4);
  *out++ = '-';
  out = put_digits(out, civil.month, 2);
  *out++ = '-';
  out = put_digits(out, civil.day, 2);
  *out++ = 'T';
  out = put_digits(out, static_cast<std::uint64_t>(of_day / 3600), 2);
  *out++ = ':';
  out = put_digits(out, static_cast<std::uint64_t>(of_day / 60 % 60), 2);
  *out++ = ':';
  out = put_digits(out, static_cast<std::uint64_t>(of_day % 60), 2);
  if (nanos != 0) {
    *out++ = '.';
    const auto fraction = static_cast<std::uint64_t>(nanos);
    if (fraction % 1'000'000 == 0) {
      out = put_digits(out, fraction / 1'000'000, 3);
    } else if (fraction % 1'000 == 0) {
      out = put_digits(out, fraction / 1'000, 6);
    } else {
      out = put_digits(out, fraction, 9);
    }
  }
  *out++ = 'Z';
  return {buffer.data(), out};
}

TimeFault parse_duration(std::string_view text, Duration& duration) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return TimeFault::not_a_time;
  std::uint64_t total = 0;
  bool too_large = false;
  std::size_t next_unit = 0;  // units must come in falling order
  while (!text.empty()) {
    std::uint64_t count = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      too_large |= __builtin_mul_overflow(count, std::uint64_t{10}, &count);
      too_large |= __builtin_add_overflow(count, static_cast<std::uint64_t>(text[digits] - '0'), &count);
    }
    if (digits == 0) return TimeFault::not_a_time;
    text.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    const std::string_view name = text.substr(0, letters);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return TimeFault::not_a_time;
    std::uint64_t ns = 0;
    too_large |= __builtin_mul_overflow(count, kUnits[next_unit].ns, &ns);
    too_large |= __builtin_add_overflow(total, ns, &total);
    ++next_unit;
    text.remove_prefix(letters);
  }
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (too_large || total > kMost + (negative ? 1 : 0)) return TimeFault::off_axis;
  duration.ns = static_cast<std::int64_t>(negative ? 0 - total : total);
  return TimeFault::none;
}

std::optional<Duration> parse_duration(std::string_view text) {
  Duration duration;
  if (parse_duration(text, duration) != TimeFault::none) return std::nullopt;
  return duration;
}

std::string format_duration(Duration duration) {
  if (duration.ns == 0) return "0s";
  std::string text;
  auto rest = static_cast<std::uint64_t>(duration.ns);
  if (duration.ns < 0) {
    text = "-";
    rest = 0 - rest;
  }
  for (const Unit& unit : kUnits) {
    if (rest < unit.ns) continue;
    text += std::to_string(rest / unit.ns);
    text += unit.name;
    rest %= unit.ns;
  }
  return text;
}

}  // namespace tocsin::events
