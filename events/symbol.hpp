// Interned strings: equal text has one 32-bit symbol, so that keys and equality cost an integer compare.
//
// One thread interns; others may read the text of symbols they were handed (the entries never move). Symbols are
// freed by mark and sweep between batches: whoever holds symbols marks them, the rest is reused. Hash: XXH3 (64 bit).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tocsin::events {

enum class Symbol : std::uint32_t {};
inline constexpr Symbol kEmptySymbol{0};  ///< the empty string
constexpr std::uint32_t index_of(Symbol symbol) { return static_cast<std::uint32_t>(symbol); }

class SymbolTable {
 public:
  SymbolTable();
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  Symbol intern(std::string_view text);
  /// Of a text that was interned; empty: it wasn't. Any thread, while none interns.
  std::optional<Symbol> find(std::string_view text) const;
  std::string_view text(Symbol symbol) const {
    const Entry& entry = chunks_[index_of(symbol) >> kChunkBits][index_of(symbol) & (kChunkSize - 1)];
    return {entry.text, entry.length};
  }

  /// Symbols have indices below this; grows only when no freed one can be reused.
  std::uint32_t end() const { return end_; }
  std::uint32_t live() const { return live_; }
  std::size_t bytes() const { return bytes_; }

  /// True when enough was interned since the last sweep that another is worth its time.
  bool wants_sweep() const { return live_ > sweep_at_ || bytes_ > sweep_at_bytes_; }
  /// Frees every symbol whose bit in `held` (bit i of word i/64) is clear, except pinned ones.
  void sweep(const std::vector<std::uint64_t>& held);
  /// Symbols interned so far are constants of a program: never freed.
  void pin();

 private:
  struct Entry {
    const char* text = nullptr;
    std::uint32_t length = 0;
    std::uint32_t hash = 0;  ///< the low half, for growing without reading texts
  };
  static constexpr std::uint32_t kChunkBits = 14;
  static constexpr std::uint32_t kChunkSize = 1U << kChunkBits;
  static constexpr std::uint32_t kMaxChunks = 1U << (32 - kChunkBits);

  void grow_index();

  std::unique_ptr<std::unique_ptr<Entry[]>[]> chunks_;
  std::vector<std::uint32_t> index_;  ///< open addressing: symbol + 1, 0 is empty
  std::vector<std::uint32_t> free_;
  std::uint32_t end_ = 0;
  std::uint32_t live_ = 0;
  std::uint32_t pinned_ = 0;
  std::size_t bytes_ = 0;
  std::uint32_t sweep_at_ = 1U << 16;
  std::size_t sweep_at_bytes_ = 64U << 20;
};

}  // namespace tocsin::events
