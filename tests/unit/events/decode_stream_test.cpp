// Streams: any cut of the bytes into reads gives the same; work on hostile input stays linear; large values.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

/// Good and bad values in all forms, one after another.
std::string mixed_stream() {
  const std::string a = temperature("1");
  std::string text = "\xEF\xBB\xBF" + a + "\r\n" + a + " " + a + "\n\n  \n";
  text += R"({"type":"other","id":"o","time":"2024-01-01T00:00:00Z","data":[{"x":"}"}]})"
          "\n";
  text +=
      "{\n  \"id\": \"m\",\n  \"type\": \"nested\",\n  \"time\": \"2024-01-01T00:00:00.5Z\",\n  \"data\": {\n"
      "    \"list\": [ 1, \"\\u00fc \\\"\\\\\" ],\n    \"outer\": { \"inner\": { \"x\": 12 } }\n  }\n}\n";
  text += "garbage\n" + a + " trailing ] } garbage\r\n";
  text += a.substr(0, 60) + "\n" + a + "\n" + a.substr(0, a.find("data") + 6) + "\n" + a + "\n" + a + "\n";
  text += "[" + a + ",\n" + a + " , " + temperature("bad", "[]") + ",17,[1,{}]\n,\n" + a + "]" + a + "\n";
  text += "[" + a + ",{\"id\" 01}," + a + "\n" + a + "\n]\n";
  text += temperature("\xff") + "\n" + temperature("ü€😀") + "\n" + temperature("\\u00fc") + "\n";
  text += "true nul 12.5 -0 \"s\" \"\\q\" \n";
  text += R"({"type":"bare","time":"2024-01-01T00:00:00Z"} {"type":"bare","time":"2024-01-01T00:00:00+01:00"})"
          "\n";
  text += "{\"x\":" + std::string(70, '[') + "\n" + a + "\n";
  text += "[" + a + "," + a.substr(0, 30);
  return text;
}

TEST(DecodeStream, EveryCutInTwoIsTheWhole) {
  const std::string text = mixed_stream();
  const std::string whole = decode(text).text();
  EXPECT_EQ(decode(text).rows.size(), 21U) << whole;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    ASSERT_EQ(decode(std::vector<std::string_view>{view.substr(0, cut), view.substr(cut)}).text(), whole)
        << "cut at " << cut;
  }
}

TEST(DecodeStream, AnyCutInManyIsTheWhole) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += mixed_stream() + "\n]\n";
  const std::string whole = decode(text).text();
  std::mt19937 random(11);
  for (const std::size_t most : {1U, 2U, 7U, 100U, 1'000U, 20'000U}) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min<std::size_t>(text.size() - at, 1 + random() % most);
      pieces.push_back(std::string_view(text).substr(at, size));
      at += size;
    }
    pieces.emplace_back();  // the end is often a read of nothing
    ASSERT_EQ(decode(pieces).text(), whole) << "pieces of up to " << most;
  }
}

TEST(DecodeStream, AnyBatchSizeIsTheWhole) {
  const std::string text = mixed_stream();
  const std::string whole = decode(text).text();
  for (const std::uint32_t max_rows : {1U, 2U, 3U, 5U, 64U}) {
    Options options;
    options.max_rows = max_rows;
    ASSERT_EQ(decode(text, options).text(), whole) << max_rows;
  }
}

TEST(DecodeStream, AValueIsLeftUntilItIsWhole) {
  const Schema types = schema();
  SymbolTable symbols;
  Letters letters;
  Decoder decoder(types, symbols, "test", {}, letters);
  decoder.begin({1, 0});
  Batch batch(types);
  const std::string a = temperature("1");
  const std::string_view bytes = batch.arena.store(a + "\n" + a.substr(0, 20));
  EXPECT_EQ(decoder.decode(bytes, false, std::nullopt, 1024, batch), a.size() + 1);
  EXPECT_EQ(decoder.decode(bytes.substr(a.size() + 1), false, std::nullopt, 1024, batch), 0U);
  const std::string_view rest = batch.arena.store(a);
  EXPECT_EQ(decoder.decode(rest, false, std::nullopt, 1024, batch), a.size()) << "no line end is needed";
  EXPECT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.origins[1].bytes.data(), rest.data()) << "a view into what was given";
  EXPECT_TRUE(letters.letters.empty());
}

TEST(DecodeStream, LongLinesAndLongValues) {
  std::string note(100'000, 'n');
  std::string text = "[";
  for (int i = 0; i < 300; ++i) text += (i == 0 ? "" : ",") + temperature("a");
  for (int i = 0; i < 3; ++i)
    text += ",\n" + temperature("b", "{\"device\":\"d\",\n\n\"celsius\":1,\"note\":\"" + note + "\"}");
  text += "]";
  const Result whole = decode(text);
  EXPECT_EQ(whole.rows.size(), 303U);
  EXPECT_TRUE(whole.letters.empty()) << whole.text();
  for (const std::size_t size : {4096U, 65536U}) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < text.size(); at += size) pieces.push_back(std::string_view(text).substr(at, size));
    const Result result = decode(pieces);
    EXPECT_EQ(result.text(), whole.text());
    EXPECT_LT(result.counts.scanned, text.size() * 6) << "a value that grows is scanned from where it was left";
  }
}

// 16 MiB and more, in reads of 256 KiB; the decoder never asks for more than the limit to be carried.
TEST(DecodeStream, TooLargeOverManyReads) {
  const Schema types = schema();
  SymbolTable symbols;
  Letters letters;
  Decoder decoder(types, symbols, "test", {}, letters);
  decoder.begin({1, 0});
  const std::string large = temperature("9", "{\"device\":\"" + std::string(20U << 20, 'x') + "\"}");
  const std::string text = temperature("1") + "\n" + large + "\r\n" + temperature("2") + "\n";
  constexpr std::size_t kRead = 256U << 10;
  std::string carry;
  std::uint32_t rows = 0;
  for (std::size_t at = 0; at < text.size(); at += kRead) {
    carry += std::string_view(text).substr(at, kRead);
    Batch batch(types);
    const std::size_t used =
        decoder.decode(batch.arena.store(carry), at + kRead >= text.size(), std::nullopt, 1024, batch);
    carry.erase(0, used);
    ASSERT_LE(carry.size(), DecodeLimits{}.event_bytes);
    rows += batch.size();
  }
  EXPECT_EQ(rows, 2U);
  ASSERT_EQ(letters.letters.size(), 1U);
  EXPECT_EQ(name_of(letters.letters[0].reason), "too_large");
  EXPECT_EQ(letters.letters[0].size, large.size());
  EXPECT_EQ(letters.letters[0].bytes.size(), kDeadLetterBytes);
  EXPECT_EQ(letters.letters[0].position.line, 2U);
  EXPECT_LT(decoder.counts().scanned, text.size() * 4);
}

struct Hostile {
  std::string name;
  std::string unit;
  std::size_t work;  ///< bytes looked at for each byte of input, at most
};

TEST(DecodeStream, WorkOnHostileInputIsLinear) {
  const std::string a = temperature("1");
  // What isn't closed is looked at again from each later line until it is nested too deep: 64 levels at most.
  const std::vector<Hostile> inputs = {
      {"brackets", "[", 4},
      {"brackets on lines", "[\n", 70},
      {"nested objects", "{\"a\":", 4},
      {"nested objects on lines", "{\"a\":\n", 140},
      {"lines cut in a string", a.substr(0, 60) + "\n", 8},
      {"lines cut behind a colon", a.substr(0, a.find("data") + 6) + "\n", 140},
      {"lines cut in the data", a.substr(0, a.size() - 6) + "\n", 140},
      {"quotes", "\"", 8},
      {"quotes on lines", "\"\n", 8},
      {"backslashes", "{\"\\\\", 8},
      {"not UTF-8", "\xff\n", 8},
      {"a bad byte in each event", temperature("\xff") + "\n", 8},
      {"commas", ",", 8},
      {"numbers", "1 ", 40},
      {"bad fields on one line", temperature("1", "5"), 12},
      {"open arrays with a long tail", "{\"a\":[1,\n" + std::string(2000, '1') + ",\n", 140},
  };
  constexpr std::size_t kSize = 1U << 20;
  for (const Hostile& hostile : inputs) {
    std::string text;
    while (text.size() < kSize) text += hostile.unit;
    const Result whole = decode(text);
    EXPECT_LE(whole.counts.scanned, text.size() * hostile.work) << hostile.name;
    EXPECT_EQ(whole.rows.size(), 0U) << hostile.name;
    EXPECT_GE(whole.letters.size(), 1U) << hostile.name;
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < text.size(); at += 4096) pieces.push_back(std::string_view(text).substr(at, 4096));
    const Result read = decode(pieces);
    EXPECT_LE(read.counts.scanned, text.size() * hostile.work) << hostile.name << ", in reads";
    EXPECT_EQ(read.text(), whole.text()) << hostile.name;
  }
}

}  // namespace
}  // namespace tocsin::events::testing
