// The symbol table: texts in chunks that never move, an open-addressing index (linear probing, at most half full) over
// their hashes. A sweep frees texts and builds the index anew, so that there are no tombstones.
#include "events/symbol.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "events/assert.hpp"
#include "events/same_text.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kFirstIndexSize = 1U << 10;
constexpr std::uint32_t kSweepLeast = 1U << 16;
constexpr std::size_t kSweepLeastBytes = 64U << 20;

std::uint32_t hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

}  // namespace

SymbolTable::SymbolTable()
    : chunks_(std::make_unique<std::unique_ptr<Entry[]>[]>(kMaxChunks)), index_(kFirstIndexSize, 0) {
  chunks_[0] = std::make_unique<Entry[]>(kChunkSize);
  end_ = live_ = pinned_ = 1;
}

SymbolTable::~SymbolTable() {
  for (std::uint32_t i = 0; i < end_; ++i) delete[] chunks_[i >> kChunkBits][i & (kChunkSize - 1)].text;
}

Symbol SymbolTable::intern(std::string_view text) {
  if (text.empty()) return kEmptySymbol;
  const std::uint32_t hash = hash_of(text);
  const std::size_t mask = index_.size() - 1;
  std::size_t place = hash & mask;
  for (; index_[place] != 0; place = (place + 1) & mask) {
    const std::uint32_t i = index_[place] - 1;
    const Entry& entry = chunks_[i >> kChunkBits][i & (kChunkSize - 1)];
    if (entry.hash == hash && same_text({entry.text, entry.length}, text)) return Symbol{i};
  }

  TOCSIN_ASSERT(text.size() <= 0xffff'ffffU);
  std::uint32_t i = end_;
  if (!free_.empty()) {
    i = free_.back();
    free_.pop_back();
  } else {
    TOCSIN_ASSERT(end_ < 0xffff'fffeU);
    if (!chunks_[i >> kChunkBits]) chunks_[i >> kChunkBits] = std::make_unique<Entry[]>(kChunkSize);
    ++end_;
  }
  char* copy = new char[text.size()];
  std::memcpy(copy, text.data(), text.size());
  chunks_[i >> kChunkBits][i & (kChunkSize - 1)] = {copy, static_cast<std::uint32_t>(text.size()), hash};
  index_[place] = i + 1;
  ++live_;
  bytes_ += text.size();
  if (std::size_t{live_} * 2 > index_.size()) grow_index();
  return Symbol{i};
}

std::optional<Symbol> SymbolTable::find(std::string_view text) const {
  if (text.empty()) return kEmptySymbol;
  const std::uint32_t hash = hash_of(text);
  const std::size_t mask = index_.size() - 1;
  for (std::size_t place = hash & mask; index_[place] != 0; place = (place + 1) & mask) {
    const std::uint32_t i = index_[place] - 1;
    const Entry& entry = chunks_[i >> kChunkBits][i & (kChunkSize - 1)];
    if (entry.hash == hash && same_text({entry.text, entry.length}, text)) return Symbol{i};
  }
  return std::nullopt;
}

void SymbolTable::grow_index() {
  std::size_t size = index_.size();
  while (std::size_t{live_} * 2 > size) size *= 2;
  index_.assign(size, 0);
  const std::size_t mask = size - 1;
  for (std::uint32_t i = 1; i < end_; ++i) {
    const Entry& entry = chunks_[i >> kChunkBits][i & (kChunkSize - 1)];
    if (entry.text == nullptr) continue;
    std::size_t place = entry.hash & mask;
    while (index_[place] != 0) place = (place + 1) & mask;
    index_[place] = i + 1;
  }
}

void SymbolTable::sweep(const std::vector<std::uint64_t>& held) {
  for (std::uint32_t i = pinned_; i < end_; ++i) {
    if ((i >> 6) < held.size() && ((held[i >> 6] >> (i & 63)) & 1) != 0) continue;
    Entry& entry = chunks_[i >> kChunkBits][i & (kChunkSize - 1)];
    if (entry.text == nullptr) continue;
    delete[] entry.text;
    bytes_ -= entry.length;
    entry = {};
    free_.push_back(i);
    --live_;
  }
  grow_index();
  sweep_at_ = std::max(kSweepLeast, live_ > 0x7fff'ffffU ? live_ : live_ * 2);
  sweep_at_bytes_ = std::max(kSweepLeastBytes, bytes_ * 2);
}

void SymbolTable::pin() { pinned_ = end_; }

}  // namespace tocsin::events
