// Blocks as bytes and back, and the symbols in them.
#include "matcher/accumulators.hpp"
#include "matcher/kept_values.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

using events::Slot;

void mark_symbols(const AccumulatorSet& set, const Slot* block, const KeptValues&, std::vector<std::uint64_t>& held) {
  for (const Accumulator& accumulator : set.accumulators) {
    if (!rules::is_text(accumulator.type) || accumulator.pooled || block[accumulator.values_at] == 0) continue;
    if (accumulator.kind != Accumulator::Kind::first && accumulator.kind != Accumulator::Kind::last) continue;
    const Slot symbol = block[accumulator.at];
    held[symbol >> 6] |= std::uint64_t{1} << (symbol & 63);
  }
}

void write_block(const AccumulatorSet& set, const Slot* block, const KeptValues&, std::string& out) {
  for (std::uint32_t i = 0; i < set.words; ++i) events::put(out, block[i]);
}

void read_block(const AccumulatorSet& set, Slot* block, KeptValues&, events::ByteReader& in, events::SymbolTable&) {
  for (std::uint32_t i = 0; i < set.words; ++i) block[i] = in.get<Slot>();
}

}  // namespace tocsin::matcher
