#include "bench/decode_yardstick.hpp"

#include <simdjson.h>

#include <bit>
#include <cstring>
#include <stdexcept>

namespace tocsin::bench {
namespace {

std::int64_t digits(const char* p, int count) {
  std::int64_t value = 0;
  for (int i = 0; i < count; ++i) value = value * 10 + (p[i] - '0');
  return value;
}

/// `2024-01-01T00:00:00.000Z`, which is all this producer writes.
std::int64_t time_of(std::string_view text) {
  const char* p = text.data();
  if (text.size() != 24) throw std::runtime_error("a time of another form");
  const std::int64_t month = digits(p + 5, 2);
  const std::int64_t year = digits(p, 4) - (month <= 2 ? 1 : 0);
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + digits(p + 8, 2) - 1;
  const std::int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719'468;
  const std::int64_t seconds = days * 86'400 + digits(p + 11, 2) * 3600 + digits(p + 14, 2) * 60 + digits(p + 17, 2);
  return (seconds * 1000 + digits(p + 20, 3)) * 1'000'000;
}

/// False: another type.
bool read(simdjson::ondemand::object event, DecodedRow& row) {
  row.id = event["id"].get_string();
  row.source = event["source"].get_string();
  if (std::string_view(event["type"].get_string()) != "Temperature") return false;
  row.time_ns = time_of(event["time"].get_string());
  simdjson::ondemand::object data = event["data"].get_object();
  row.device = data["device"].get_string();
  row.celsius = data["celsius"].get_double();
  return true;
}

std::uint64_t take(std::vector<DecodedRow>& rows) {
  std::uint64_t sum = 0;
  for (const DecodedRow& row : rows)
    sum += row_checksum(row.time_ns, row.id, row.source, row.device, std::bit_cast<std::uint64_t>(row.celsius));
  rows.clear();
  return sum;
}

}  // namespace

std::uint64_t decode_by_hand(std::string_view text) {
  simdjson::ondemand::parser parser;
  std::vector<DecodedRow> rows;
  rows.reserve(kRowsOfBatch);
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char* const begin = text.data() + at;
    const auto* const end = static_cast<const char*>(std::memchr(begin, '\n', text.size() - at));
    const std::size_t size = end != nullptr ? static_cast<std::size_t>(end - begin) : text.size() - at;
    simdjson::ondemand::document event = parser.iterate(begin, size, size + simdjson::SIMDJSON_PADDING);
    DecodedRow row{};
    if (read(event.get_object(), row)) rows.push_back(row);
    if (rows.size() == kRowsOfBatch) sum += take(rows);  // texts may lie in the parser's buffer: not beyond this point
    at += size + 1;
  }
  return sum + take(rows);
}

}  // namespace tocsin::bench
