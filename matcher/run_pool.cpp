#include "matcher/run_pool.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "events/assert.hpp"

namespace tocsin::matcher {

static_assert(sizeof(Run) % 8 == 0 && alignof(Run) <= 8 && std::is_trivially_copyable_v<Run>);

RunPool::RunPool(const Program& program, const events::SymbolTable& symbols)
    : texts(symbols),
      program_(program),
      symbols_(symbols),
      valid_words_((program.register_count() + 63) / 64),
      register_count_(program.register_count()),
      stride_(static_cast<std::uint32_t>(sizeof(Run) / 8) + valid_words_ + register_count_),
      fresh_registers_(valid_words_ + register_count_) {
  constexpr std::uint32_t kWordsOfLine = kLine / 8;
  if (stride_ < kWordsOfLine) stride_ = kWordsOfLine;
  for (const RegisterId id : program.zeroed) fresh_registers_[id >> 6] |= std::uint64_t{1} << (id & 63);
}

RunPool::~RunPool() {
  for (CauseNode& node : causes_)
    if (node.references > 0 && node.length > CauseNode::kInline) delete[] node.heap;
}

void RunPool::add_chunk() {
  TOCSIN_ASSERT(end_ != kNoRun);
  const std::size_t words = std::size_t{stride_} << kChunkBits;
  chunks_.emplace_back(static_cast<std::uint64_t*>(::operator new[](words * 8, std::align_val_t{kLine})));
}

RunId RunPool::copy(RunId from) {
  const RunId id = make();
  std::memcpy(record(id), record(from), std::size_t{stride_} * 8);
  retain_cause((*this)[id].cause);
  retain_values((*this)[id]);
  return id;
}

namespace {
/// memcpy of up to CauseNode::kInline bytes, without a call: ids of a source have about one length.
inline void copy_short(char* to, std::string_view text) {
  const char* const from = text.data();
  const std::size_t size = text.size();
  if (size >= 16) {
    for (std::size_t at = 0; at + 16 < size; at += 16) std::memcpy(to + at, from + at, 16);
    std::memcpy(to + size - 16, from + size - 16, 16);
  } else if (size >= 8) {
    std::memcpy(to, from, 8);
    std::memcpy(to + size - 8, from + size - 8, 8);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}
}  // namespace

CauseId RunPool::make_cause(CauseId previous, std::uint32_t step, events::Symbol source, std::string_view id) {
  CauseId cause = 0;
  if (!free_causes_.empty()) {
    cause = free_causes_.back();
    free_causes_.pop_back();
  } else {
    cause = static_cast<CauseId>(causes_.size());
    TOCSIN_ASSERT(cause != kNoCause);
    causes_.emplace_back();
  }
  CauseNode& node = causes_[cause];
  node.previous = previous;
  node.references = 1;
  node.source = source;
  node.step = step;
  node.length = static_cast<std::uint32_t>(id.size());
  if (node.length <= CauseNode::kInline) {
    copy_short(node.text, id);
  } else {
    node.heap = new char[node.length];
    std::memcpy(node.heap, id.data(), id.size());
  }
  return cause;
}

void RunPool::free_cause(CauseId id) {
  do {
    CauseNode& node = causes_[id];
    if (node.length > CauseNode::kInline) delete[] node.heap;
    free_causes_.push_back(id);
    if (!contexts_.empty()) contexts_.erase(id);
    id = node.previous;
  } while (id != kNoCause && --causes_[id].references == 0);
}

void RunPool::add_cause(Run& run, std::uint32_t step, events::Symbol source, std::string_view id) {
  run.cause = make_cause(run.cause, step, source, id);  // the run's reference passes to the new node
  if (++run.chain == kMaxChain) cut_middle(run);
}

void RunPool::cut_middle(Run& run) {
  std::array<CauseId, kMaxChain> chain{};  // newest first
  CauseId at = run.cause;
  for (CauseId& id : chain) {
    id = at;
    at = causes_[at].previous;
  }
  CauseId head = chain[kMaxChain - kToldCauses];
  retain_cause(head);
  for (std::uint32_t i = kToldCauses; i-- > 0;) {
    const CauseNode& node = causes_[chain[i]];
    // The text is copied out first: making a node may move them all.
    const std::string id(node.id());
    head = make_cause(head, node.step, node.source, id);
  }
  if (const Context* found = context(run.cause)) {
    Context newest = *found;
    contexts_[head] = std::move(newest);
  }
  release_cause(run.cause);
  run.cause = head;
  run.chain = 2 * kToldCauses;
}

void RunPool::mark_symbols(std::vector<std::uint64_t>& held) const {
  const auto mark = [&](events::Symbol symbol) {
    held[events::index_of(symbol) >> 6] |= std::uint64_t{1} << (events::index_of(symbol) & 63);
  };
  for (RunId id = 0; id < end_; ++id) {
    const Run& run = (*this)[id];
    if (run.state == kNoState) continue;
    for (RegisterId r = 0; r < register_count_; ++r)
      if (program_.holds_symbol[r] && ((valid(run)[r >> 6] >> (r & 63)) & 1) != 0)
        mark(events::symbol_of(registers(run)[r]));
  }
  for (const CauseNode& node : causes_)
    if (node.references > 0) mark(node.source);
  values.mark_symbols(held);
  shared.mark_symbols(program_, held);
}

}  // namespace tocsin::matcher
