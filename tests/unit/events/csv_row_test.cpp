// Rows of CSV → cells.
#include "events/csv_row.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace tocsin::events {
namespace {

/// The cells between bars, how far the row reaches; or what is wrong.
std::string scan(std::string_view text, bool last = true, char delimiter = ',') {
  std::vector<CsvCell> cells;
  const CsvRow row = scan_row(text, delimiter, last, cells);
  const char* const outcomes[] = {"", "unfinished", "bad quotes", "open quotes"};
  if (row.outcome != CsvRow::Outcome::complete) return outcomes[static_cast<std::size_t>(row.outcome)];
  std::string out;
  std::string scratch;
  for (const CsvCell& cell : cells) out += fmt::format("|{}", text_of(cell, scratch));
  return fmt::format("{}| {} of {}", out, row.bytes.size(), row.size);
}

TEST(CsvRow, Table) {
  const struct {
    std::string text;
    std::string want;
  } cases[] = {
      {"a,b,c\n", "|a|b|c| 5 of 6"},
      {"a,b\r\nc", "|a|b| 3 of 5"},
      {"a", "|a| 1 of 1"},
      {"a\r", "|a| 1 of 2"},
      {"\n", "|| 0 of 1"},
      {"\r\n", "|| 0 of 2"},
      {",\n", "||| 1 of 2"},
      {"a,", "|a|| 2 of 2"},
      {"\"a\",\"b\"\n", "|a|b| 7 of 8"},
      {"\"a\",\"b\"\r\n", "|a|b| 7 of 9"},
      {"\"a,b\"\n", "|a,b| 5 of 6"},
      {"\"a\nb\",c\nd", "|a\nb|c| 7 of 8"},
      {"\"a\r\nb\"\n", "|a\r\nb| 6 of 7"},
      {"\"say \"\"no\"\"\"\n", "|say \"no\"| 12 of 13"},
      {"\"\"\n", "|| 2 of 3"},
      {"\"\"\"\"\n", "|\"| 4 of 5"},
      {" a , b \n", "| a | b | 7 of 8"},
      {"ä,€\n", "|ä|€| 6 of 7"},
      {"a\rb\n", "|a\rb| 3 of 4"},
      {"a\"b\n", "bad quotes"},
      {"\"a\"b\n", "bad quotes"},
      {"\"a\" ,b\n", "bad quotes"},
      {"\"a\rb\"\r,c\n", "bad quotes"},
      {"\"a\n", "open quotes"},
      {"a,\"", "open quotes"},
  };
  for (const auto& each : cases) EXPECT_EQ(scan(each.text), each.want) << each.text;
  EXPECT_EQ(scan("a;b,c\td\n", true, ';'), "|a|b,c\td| 7 of 8");
  EXPECT_EQ(scan("a;b\tc\n", true, '\t'), "|a;b|c| 5 of 6");
}

TEST(CsvRow, WaitsForMore) {
  for (const std::string_view text : {"a", "a,", "a,b\r", "\"a", "\"a\"", "\"a\"\r", "\"a\"\""})
    EXPECT_EQ(scan(text, false), "unfinished") << text;
}

}  // namespace
}  // namespace tocsin::events
