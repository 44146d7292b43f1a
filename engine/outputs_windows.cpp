// What a window's result puts out. An alert of a window rule is judged at each result: it fires when `when` and its
// `if` begin to hold, or have held for `hold`, and is resolved when they end to, or haven't held for `keep`.
#include <algorithm>

#include "engine/evaluation.hpp"
#include "engine/outputs.hpp"

namespace tocsin::engine {

using events::AlertState;
using events::Message;
using events::Value;
using Kind = matcher::WindowResult::Kind;
using Stage = Life::Stage;

struct Outputs::WindowAt {
  const matcher::WindowResult& result;
  const Position& position;
  const KeyRef& key;
  Evaluation& evaluation;
  bool draining = false;
  bool withdrawn = false;  ///< what is put out takes back what was told
  std::uint64_t turn = 0;
  OutputState& state;
  OutputList& out;
};

namespace {

/// Alerts with a life are judged by it.
bool is_judged(const matcher::WindowResult& result) {
  switch (result.kind) {
    case Kind::closed:
    case Kind::moved:
    case Kind::left:
    case Kind::early:
      return true;
    case Kind::corrected:
      return result.newest;
    case Kind::withdrawn:
    case Kind::row:
      break;
  }
  return false;
}

WindowIdentity identity_of(const matcher::WindowResult& result) {
  WindowIdentity identity{result.start, result.end, result.grain, result.fold, 0, 0};
  if (result.kind == Kind::early) identity.early = result.number;
  if (result.kind == Kind::corrected || result.kind == Kind::withdrawn) identity.revision = result.number;
  return identity;
}

}  // namespace

bool Outputs::window(const matcher::WindowResult& result, const Position& position, const KeyRef& key, bool draining,
                     OutputState& state, OutputList& out) const {
  Evaluation evaluation(key, state, *result.texts);
  evaluation.read(result);
  const bool taken_back = result.kind == Kind::withdrawn;
  const bool when = !taken_back && (!when_ || evaluation.holds(*when_));
  const bool withdrawn = taken_back || (result.kind == Kind::corrected && !when && result.told);
  const bool tells = result.rows > 0 && result.kind != Kind::left && (when || withdrawn);
  const bool judged = has_lives_ && is_judged(result) && (when || state.lives.holds(key.id));
  const bool told = when && result.rows > 0;
  if (!tells && !judged) return told;

  const WindowAt at{result, position, key, evaluation, draining, withdrawn, state.turn++, state, out};
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t place = 0; place < compiled_.size(); ++place) {
    const Compiled& compiled = compiled_[place];
    if (compiled.lives ? !judged : !tells) continue;
    const bool holds =
        (when || (withdrawn && !compiled.lives)) && (!compiled.condition || evaluation.holds(*compiled.condition));
    if (compiled.lives ? judge(at, place, holds) : holds) wanted.push_back(place);
  }
  if (wanted.empty()) return told;

  Throttled::Decision decision;
  if (plan_.throttle) decision = state.throttled.take(*plan_.throttle, key.id, each_of(evaluation), result.completion);
  if (!decision.given) {
    ++state.suppressed;
    return told;
  }
  ++(plan_.shadow ? state.shadowed : state.put_out);
  for (const std::uint32_t place : wanted) {
    if (compiled_[place].lives)
      put_alert(at, place, decision.suppressed);
    else
      put_window(at, place, decision.suppressed);
  }
  return told;
}

bool Outputs::judge(const WindowAt& at, std::uint32_t place, bool holds) const {
  const Compiled& compiled = compiled_[place];
  Lives& lives = at.state.lives;
  const std::uint32_t key = at.key.id;
  Life* life = lives.find(key, place, at.result.grain_index);
  if (life == nullptr) {
    if (!holds) return false;
    if (compiled.hold.ns == 0) return true;
    if (at.draining) return false;
    Life pending = life_of(at, place);
    pending.stage = Stage::pending;
    pending.due = at.result.completion + compiled.hold;
    lives.begin(key, std::move(pending));
    return false;
  }
  if (life->stage == Stage::ripe && holds) return true;
  if (!life->fires()) {
    if (!holds) {
      lives.end(key, place, at.result.grain_index);
      return false;
    }
    Life pending = life_of(at, place);
    pending.stage = Stage::pending;
    pending.due = life->due;
    *life = std::move(pending);
    return false;
  }
  if (holds) {
    life->stage = Stage::firing;
    life->due = events::kLatest;
    return compiled.dedup && !at.draining && at.evaluation.value(*compiled.dedup) != life->dedup;
  }
  if (at.draining || life->stage == Stage::ending) return false;
  if (compiled.keep.ns > 0) {
    life->stage = Stage::ending;
    life->due = at.result.completion + compiled.keep;
    lives.hastened(key);
    return false;
  }
  if (!plan_.shadow) deliver(resolved(*life, at.position, at.key, nullptr, {}, at.turn, at.state), at.out);
  lives.end(key, place, at.result.grain_index);
  return false;
}

std::shared_ptr<Output> Outputs::tell_window(const WindowAt& at, std::uint32_t place) const {
  const matcher::WindowResult& result = at.result;
  const events::SymbolTable& symbols = at.state.texts.symbols();
  const std::shared_ptr<Output> output = begin(place, at.position, key_values(at.key, symbols), result.completion);
  output->turn = at.turn;
  Message& message = output->message;
  const WindowIdentity identity = identity_of(result);
  message.early = identity.early;
  message.revision = identity.revision;
  message.withdrawn = at.withdrawn;
  message.correlation_id = result.correlation_id;
  message.trace_parent = result.trace_parent;
  tell_values(at.evaluation, *output);
  const bool event = message.kind == Message::Kind::event;
  if (!event) {
    message.start = result.start;
    message.end = result.end;
  }
  if (result.rows > 0) {
    const auto cause_of = [&](const matcher::ToldEvent& told) {
      return events::Cause{std::string(symbols.text(told.source)), std::string(told.id)};
    };
    const bool one = result.first.source == result.last.source && result.first.id == result.last.id;
    if (!event && !one) message.causes.push_back(cause_of(result.first));
    message.causes.push_back(cause_of(result.last));
    message.causes_total = result.kind != Kind::row ? result.rows : one ? 1 : 2;
  }
  return output;
}

void Outputs::put_window(const WindowAt& at, std::uint32_t place, std::uint64_t suppressed) const {
  const std::shared_ptr<Output> output = tell_window(at, place);
  output->message.suppressed = suppressed;
  const WindowIdentity identity = identity_of(at.result);
  output->message.id = output_id({.rule = plan_.name,
                                  .place = place,
                                  .key = &output->key,
                                  .completion = at.result.completion,
                                  .window = &identity});
  deliver(output, at.out);
}

/// What it would tell now.
Life Outputs::life_of(const WindowAt& at, std::uint32_t place) const {
  Life life;
  life.place = place;
  life.grain = at.result.grain_index;
  life.window = identity_of(at.result);
  life.message = std::move(tell_window(at, place)->message);
  if (compiled_[place].dedup) life.dedup = at.evaluation.value(*compiled_[place].dedup);
  if (plan_.throttle) life.each = each_of(at.evaluation);
  return life;
}

void Outputs::put_alert(const WindowAt& at, std::uint32_t place, std::uint64_t suppressed) const {
  Lives& lives = at.state.lives;
  const std::uint32_t grain = at.result.grain_index;
  Life now = life_of(at, place);
  Life* life = lives.find(at.key.id, place, grain);
  std::shared_ptr<Output> left;
  if (life != nullptr && life->fires()) left = resolved(*life, at.position, at.key, nullptr, {}, at.turn, at.state);
  const std::shared_ptr<Output> output = fire(now, at.position, at.key, suppressed, at.turn, at.state);
  if (left != nullptr) {
    output->dedup->change = Dedup::Change::move;
    output->dedup->from = life->dedup;
    output->dedup->left = std::move(left);
  }
  if (life != nullptr)
    *life = std::move(now);
  else
    lives.begin(at.key.id, std::move(now));
  deliver(output, at.out);
}

std::shared_ptr<Output> Outputs::fire(Life& life, const Position& position, const KeyRef& key, std::uint64_t suppressed,
                                      std::uint64_t turn, OutputState& state) const {
  const std::shared_ptr<Output> output =
      begin(life.place, position, key_values(key, state.texts.symbols()), position.time);
  output->turn = turn;
  Message& message = life.message;
  message.time = position.time;
  message.state = AlertState::firing;
  message.suppressed = suppressed;
  message.id = output_id({.rule = plan_.name,
                          .place = life.place,
                          .key = &output->key,
                          .completion = position.time,
                          .state = AlertState::firing,
                          .window = &*life.window});
  message.alert = message.id;
  life.stage = Stage::firing;
  life.due = events::kLatest;
  life.each.clear();
  output->message = message;
  if (compiled_[life.place].dedup) {
    output->dedup = std::make_unique<Dedup>();
    *output->dedup = {Dedup::Change::join, life.dedup, {}, nullptr, plan_.forget, 0, 0, life.window};
  }
  return output;
}

void Outputs::ripen(Life& life, const KeyRef& key, OutputState& state, OutputList& out) const {
  const events::Time due = life.due;
  Throttled::Decision decision;
  if (plan_.throttle) decision = state.throttled.take(*plan_.throttle, key.id, life.each, due);
  if (!decision.given) {
    ++state.suppressed;
    life.stage = Stage::ripe;
    life.due = events::kLatest;
    return;
  }
  ++(plan_.shadow ? state.shadowed : state.put_out);
  deliver(fire(life, timer_position(due), key, decision.suppressed, state.turn++, state), out);
}

}  // namespace tocsin::engine
