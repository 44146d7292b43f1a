// Where runs live: fixed-size records in chunks with 32-bit links, freed and used again; and the shared, reference-
// counted chains of the events that runs took.
//
// A record is a Run, then its validity words, then its registers. One pool serves all keys of a rule in a partition.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "events/batch.hpp"
#include "matcher/program.hpp"
#include "matcher/shared_lists.hpp"
#include "matcher/shared_values.hpp"
#include "matcher/stream_rows.hpp"
#include "rules/texts.hpp"

namespace tocsin::matcher {

using RunId = std::uint32_t;
inline constexpr RunId kNoRun = 0xffff'ffff;
using CauseId = std::uint32_t;
inline constexpr CauseId kNoCause = 0xffff'ffff;

/// A partial match. Registers follow it in memory.
struct Run {
  RunId next = kNoRun;  ///< in the key's list: by start, then preference
  StateId state = 0;
  std::uint8_t fresh = 0;         ///< no event was stepped since the last one taken
  std::uint8_t chain = 0;         ///< causes kept, at most kMaxChain
  std::uint32_t turns = 0;        ///< of the current step, counted up to what matters
  CauseId cause = kNoCause;       ///< the last event taken
  std::uint64_t taken = 0;        ///< events taken
  events::Time start;             ///< time of the first event
  std::uint64_t start_order = 0;  ///< order of the first event
  std::uint64_t fold = 0;         ///< hash over (step, event id) in the order taken
};

/// An event that a run took; a cache line.
struct alignas(64) CauseNode {
  CauseId previous = kNoCause;
  std::uint32_t references = 0;
  events::Symbol source = events::kEmptySymbol;
  std::uint32_t step = 0;
  std::uint32_t length = 0;  ///< of the id
  static constexpr std::uint32_t kInline = 40;
  union {
    char text[kInline];
    char* heap;  ///< when longer than kInline
  };
  std::string_view id() const { return {length <= kInline ? text : heap, length}; }
};

/// Of a long match the first and last 16 events are told; chains longer than this are cut in the middle.
inline constexpr std::uint32_t kToldCauses = 16;
inline constexpr std::uint32_t kMaxChain = 96;

struct PoolCounts {
  std::uint64_t matches = 0;
  std::uint64_t starts = 0;
  std::uint64_t open = 0;     ///< runs now
  std::uint64_t peak = 0;     ///< most runs at one time
  std::uint64_t evicted = 0;  ///< starts that `limit runs` ended
  std::uint64_t expired = 0;  ///< runs that `within` ended
  std::uint64_t nulls = 0;    ///< arithmetic without a result
};

class RunPool {
 public:
  RunPool(const Program& program, const events::SymbolTable& symbols);
  ~RunPool();
  RunPool(const RunPool&) = delete;
  RunPool& operator=(const RunPool&) = delete;

  Run& operator[](RunId id) { return *reinterpret_cast<Run*>(record(id)); }
  const Run& operator[](RunId id) const { return *reinterpret_cast<const Run*>(record(id)); }
  static std::uint64_t* valid(Run& run) { return reinterpret_cast<std::uint64_t*>(&run + 1); }
  static const std::uint64_t* valid(const Run& run) { return reinterpret_cast<const std::uint64_t*>(&run + 1); }
  events::Slot* registers(Run& run) const { return valid(run) + valid_words_; }
  const events::Slot* registers(const Run& run) const { return valid(run) + valid_words_; }

  /// Registers as of no event.
  const std::uint64_t* fresh_valid() const { return fresh_registers_.data(); }
  const events::Slot* fresh_registers() const { return fresh_registers_.data() + valid_words_; }

  /// A run in no list with registers as of no event.
  RunId make() {
    RunId id = 0;
    if (!free_.empty()) {
      id = free_.back();
      free_.pop_back();
    } else {
      id = end_++;
      if ((id >> kChunkBits) == chunks_.size()) add_chunk();
    }
    Run* run = new (record(id)) Run;
    std::copy(fresh_registers_.begin(), fresh_registers_.end(), valid(*run));
    if (++counts.open > counts.peak) counts.peak = counts.open;
    return id;
  }
  /// A copy of `from` that shares its causes, and what it collected.
  RunId copy(RunId from);
  /// For who copies a record's registers in another way, or overwrites them: the lists and sets that it holds.
  void retain_values(const Run& run) {
    for (const RegisterId id : program_.shared) values.retain(static_cast<ValuesId>(registers(run)[id]));
  }
  void release_values(const Run& run) {
    for (const RegisterId id : program_.shared) values.release(static_cast<ValuesId>(registers(run)[id]));
  }
  void free(RunId id) {
    Run& run = (*this)[id];
    release_cause(run.cause);
    release_values(run);
    run.state = kNoState;
    free_.push_back(id);
    --counts.open;
  }
  void prefetch(RunId id) const { __builtin_prefetch(record(id)); }
  /// The event taken last by a run that was prefetched.
  void prefetch_cause(RunId id) const {
    if (const CauseId cause = (*this)[id].cause; cause != kNoCause) __builtin_prefetch(&causes_[cause]);
  }

  /// Adds an event to the run's chain, cutting the chain's middle when it grew too long.
  void add_cause(Run& run, std::uint32_t step, events::Symbol source, std::string_view id);
  const CauseNode& cause(CauseId id) const { return causes_[id]; }
  /// What the event that the run took last hands on to outputs, where it has any of it.
  struct Context {
    std::string correlation_id;
    std::string trace_parent;
  };
  void add_context(CauseId cause, std::string_view correlation_id, std::string_view trace_parent) {
    if (correlation_id.empty() && trace_parent.empty()) return;
    contexts_[cause] = {std::string(correlation_id), std::string(trace_parent)};
  }
  /// Null: it has none.
  const Context* context(CauseId cause) const {
    const auto found = contexts_.find(cause);
    return found == contexts_.end() ? nullptr : &found->second;
  }
  /// For reading state back: a node with no owner yet.
  CauseId make_cause(CauseId previous, std::uint32_t step, events::Symbol source, std::string_view id);
  void release_cause(CauseId id) {
    if (id != kNoCause && --causes_[id].references == 0) free_cause(id);
  }
  void retain_cause(CauseId id) {
    if (id != kNoCause) ++causes_[id].references;
  }

  /// Sets bit i of `held` for each symbol i that a run or its causes hold.
  void mark_symbols(std::vector<std::uint64_t>& held) const;

  /// Memory of the open runs, of the events that they took and of what they collected: what `limit memory` speaks of.
  std::uint64_t bytes() const {
    return (counts.open - shared.starts()) * stride_ * 8 + shared.bytes() +
           (causes_.size() - free_causes_.size()) * sizeof(CauseNode) + contexts_.size() * sizeof(Context) +
           values.bytes();
  }
  std::uint32_t valid_words() const { return valid_words_; }
  std::uint32_t register_count() const { return register_count_; }
  const events::SymbolTable& symbols() const { return symbols_; }
  const Program& program() const { return program_; }
  PoolCounts counts;
  SharedValues values;
  SharedPool shared;  ///< of programs with shared_matches
  /// What code that runs against a run's registers makes, until it is done.
  rules::Texts texts;
  /// What code that reads stream tables asks; null: they have no rows.
  const StreamRows* tables = nullptr;
  /// The validity words of a run without what a turn that is over left, while it is judged.
  std::vector<std::uint64_t> masked;
  /// For one event's walk over a long list: threads kept so far by what they can be told apart by.
  absl::flat_hash_map<std::uint64_t, RunId> merging;

 private:
  static constexpr std::uint32_t kChunkBits = 10;
  static constexpr std::size_t kLine = 64;
  struct FreeAligned {
    void operator()(std::uint64_t* words) const { ::operator delete[](words, std::align_val_t{kLine}); }
  };
  using Chunk = std::unique_ptr<std::uint64_t[], FreeAligned>;
  void add_chunk();
  void free_cause(CauseId id);
  std::uint64_t* record(RunId id) const {
    return chunks_[id >> kChunkBits].get() + std::size_t{id & ((1U << kChunkBits) - 1)} * stride_;
  }
  void cut_middle(Run& run);

  const Program& program_;
  const events::SymbolTable& symbols_;
  std::uint32_t valid_words_ = 0;
  std::uint32_t register_count_ = 0;
  std::uint32_t stride_ = 0;                    ///< of a record, in 8-byte words
  std::vector<std::uint64_t> fresh_registers_;  ///< validity words and registers as of no event
  std::vector<Chunk> chunks_;
  std::vector<RunId> free_;
  RunId end_ = 0;
  std::vector<CauseNode> causes_;
  std::vector<CauseId> free_causes_;
  absl::flat_hash_map<CauseId, Context> contexts_;
};

}  // namespace tocsin::matcher
