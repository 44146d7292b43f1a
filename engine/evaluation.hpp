// What the expressions of one match or window read, and what they give: a part of Outputs, for its sources alone.
#pragma once

#include "engine/outputs.hpp"

namespace tocsin::engine {

struct Outputs::Evaluation {
  /// `texts`: what is made is stored there; what it holds stays.
  Evaluation(const KeyRef& key, OutputState& kept, rules::Texts& made) : state(kept), texts(made) {
    texts.clear();
    state.parts.clear();
    for (const events::Slot slot : key.slots) state.parts.push_back({slot, true});
    bindings.key = state.parts.data();
    bindings.texts = &texts;
    bindings.tables = state.tables;
    bindings.as_of = state.as_of;
  }
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  void read(const matcher::Match& match) {
    bindings.registers = match.pool.registers(match.run);
    bindings.valid = matcher::RunPool::valid(match.run);
    bindings.values = &match.pool.values;
  }
  void read(const matcher::WindowResult& result) {
    bindings.registers = result.registers;
    bindings.valid = result.valid;
  }

  bool holds(const matcher::Code& code) {
    const rules::Cell cell = matcher::evaluate(code, bindings, state.nulls);
    return cell.valid && cell.slot != 0;
  }
  events::Value value(const matcher::Code& code) {
    const rules::Cell cell = matcher::evaluate(code, bindings, state.nulls);
    return cell.valid ? texts.value_of(code.type, cell.slot) : events::Value{};
  }

  OutputState& state;
  rules::Texts& texts;
  matcher::Bindings bindings;
};

}  // namespace tocsin::engine
