// Symbols: equal text, equal symbol; sweeping, reuse, pinning, growth.
#include "events/symbol.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tocsin::events {
namespace {

std::vector<std::uint64_t> held(const SymbolTable& table, const std::vector<Symbol>& symbols) {
  std::vector<std::uint64_t> bits(table.end() / 64 + 1);
  for (const Symbol symbol : symbols) bits[index_of(symbol) / 64] |= std::uint64_t{1} << (index_of(symbol) % 64);
  return bits;
}

TEST(Symbol, EqualTextIsOneSymbol) {
  SymbolTable table;
  EXPECT_EQ(table.intern(""), kEmptySymbol);
  EXPECT_EQ(table.text(kEmptySymbol), "");
  const Symbol a = table.intern("press-1");
  const Symbol b = table.intern("press-2");
  EXPECT_NE(a, b);
  EXPECT_EQ(table.intern(std::string("press-") + "1"), a);
  EXPECT_EQ(table.text(a), "press-1");
  const std::string with_zero("a\0b", 3);
  EXPECT_EQ(table.text(table.intern(with_zero)), with_zero);
  EXPECT_EQ(table.live(), 4U);
  EXPECT_EQ(table.bytes(), 17U);
}

TEST(Symbol, SweepFreesWhatNobodyHoldsAndReusesIt) {
  SymbolTable table;
  const Symbol kept = table.intern("kept");
  const Symbol gone = table.intern("gone");
  const std::uint32_t end = table.end();
  table.sweep(held(table, {kept}));
  EXPECT_EQ(table.text(kept), "kept");
  EXPECT_EQ(table.text(gone), "");
  EXPECT_EQ(table.live(), 2U);
  EXPECT_EQ(table.bytes(), 4U);
  EXPECT_EQ(table.intern("kept"), kept);
  EXPECT_EQ(table.intern("new"), gone);
  EXPECT_EQ(table.end(), end);
  EXPECT_NE(table.intern("gone"), gone);
  table.sweep({});  // no bits at all: nothing is held
  EXPECT_EQ(table.live(), 1U);
  EXPECT_EQ(table.bytes(), 0U);
}

TEST(Symbol, PinnedOnesStay) {
  SymbolTable table;
  const Symbol constant = table.intern("constant");
  table.pin();
  table.intern("passing");
  table.sweep({});
  EXPECT_EQ(table.text(constant), "constant");
  EXPECT_EQ(table.intern("constant"), constant);
  EXPECT_EQ(table.live(), 2U);
}

TEST(Symbol, GrowsAndStaysFound) {
  SymbolTable table;
  constexpr std::uint32_t kMany = 200'000;
  std::vector<Symbol> symbols;
  std::vector<std::string_view> texts;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    symbols.push_back(table.intern("device-" + std::to_string(i)));
    texts.push_back(table.text(symbols.back()));
  }
  EXPECT_TRUE(table.wants_sweep());
  for (std::uint32_t i = 0; i < kMany; ++i) {
    ASSERT_EQ(table.intern("device-" + std::to_string(i)), symbols[i]);
    ASSERT_EQ(texts[i].data(), table.text(symbols[i]).data()) << "texts must not move";
  }
  std::vector<Symbol> even;
  for (std::uint32_t i = 0; i < kMany; i += 2) even.push_back(symbols[i]);
  table.sweep(held(table, even));
  EXPECT_FALSE(table.wants_sweep());
  EXPECT_EQ(table.live(), kMany / 2 + 1);
  const std::uint32_t end = table.end();
  for (std::uint32_t i = 0; i < kMany; i += 2) ASSERT_EQ(table.intern("device-" + std::to_string(i)), symbols[i]);
  for (std::uint32_t i = 1; i < kMany; i += 2) table.intern("other-" + std::to_string(i));
  EXPECT_EQ(table.end(), end) << "freed symbols are taken first";
}

}  // namespace
}  // namespace tocsin::events
