// The keys of a join.
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

JoinPool::State::State(const JoinProgram& of, const events::SymbolTable& symbol_table, WindowCounts& window_counts)
    : program(of),
      symbols(symbol_table),
      counts(window_counts),
      kept(symbol_table),
      texts(symbol_table),
      words(of.words),
      registers(of.registers),
      valid((of.registers + 63) / 64),
      cells(of.arguments.size()),
      scratch(of.set.words) {}

JoinPool::JoinPool(const JoinProgram& program, const events::SymbolTable& symbols, WindowCounts& counts)
    : state_(std::make_unique<State>(program, symbols, counts)) {}

JoinPool::~JoinPool() = default;

bool JoinPool::holds(std::uint32_t key) const { return key < state_->keys.size() && state_->keys[key] != nullptr; }

void JoinPool::forget(std::uint32_t key) {
  if (!holds(key)) return;
  drop_all({*state_, state_->program, key, *state_->keys[key], nullptr});
  free_joined_key(*state_, key);
}

JoinedKey& joined_key(JoinPool::State& state, std::uint32_t number) {
  if (number >= state.keys.size()) state.keys.resize(std::size_t{number} + 1);
  std::unique_ptr<JoinedKey>& key = state.keys[number];
  if (key == nullptr) {
    key = std::make_unique<JoinedKey>(state.program.words, state.program.row_words);
    ++state.live;
  }
  return *key;
}

void free_joined_key(JoinPool::State& state, std::uint32_t number) {
  state.keys[number].reset();
  --state.live;
}

}  // namespace tocsin::matcher
