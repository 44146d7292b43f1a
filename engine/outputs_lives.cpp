// Alerts with a life: what resolves them, and they as bytes.
//
// Grammar (integers little-endian; text := u32 length, bytes; value: value_bytes.hpp):
//   kept := throttled  u32 lives  life*                     throttled: what Throttled::write gives
//   life := u32 place  u32 grain  u8 stage  i64 due  u64 start order  u64 fold  u64 taken  u8 is of a window  window?
//           value of `dedup by`  text each  text alert  i64 start  i64 end  u64 early  u64 revision  u8 severity
//           text message  value field*  u32 causes  (text source, text id)*  u64 causes in all  text correlation id
//           text trace parent
//   window := i64 start  i64 end  i64 grain  u64 fold  u64 early  u64 revision
#include <algorithm>

#include "engine/output_id.hpp"
#include "engine/outputs.hpp"
#include "engine/value_bytes.hpp"

namespace tocsin::engine {

using events::AlertState;
using events::Message;
using events::Value;
using Kind = rules::Resolve::Kind;

void Outputs::event(const Item& item, const Position& position, const KeyRef& key, OutputState& state,
                    OutputList& out) const {
  const events::RowHead& head = item.head();
  const auto fits = [&](const Ending& ending) {
    return std::any_of(ending.fits.begin(), ending.fits.end(), [&](const matcher::EventFit& fit) {
      return matcher::fits(fit, item.loaded->batch, item.row, item.loaded->bits, state.tables, state.as_of, state.texts,
                           state.nulls);
    });
  };
  for (std::uint32_t place = 0; place < compiled_.size(); ++place) {
    const auto& ending = compiled_[place].ending;
    if (!ending || ending->kind == Kind::after || !fits(*ending)) continue;
    Life* life = state.lives.find(key.id, place);
    if (life == nullptr) continue;
    if (ending->kind == Kind::on) {
      resolve(*life, position, key, &item, {}, state, out);
      state.lives.end(key.id, place);
    } else {
      life->due = head.time + ending->span;
    }
  }
}

/// One after the other by time: what a throttle lets pass depends on it.
void Outputs::due(events::Time now, events::Time resolve_until, const KeyRef& key, OutputState& state,
                  OutputList& out) const {
  for (;;) {
    std::vector<Life>* lives = state.lives.of(key.id);
    if (lives == nullptr) return;
    Life* next = nullptr;
    for (Life& life : *lives) {
      const events::Time limit = life.fires() ? std::min(now, resolve_until) : now;
      if (life.due < limit && (next == nullptr || life.due < next->due)) next = &life;
    }
    if (next == nullptr) return;
    if (!next->fires()) {
      ripen(*next, key, state, out);
      continue;
    }
    resolve(*next, timer_position(next->due), key, nullptr, {}, state, out);
    state.lives.end(key.id, next->place, next->grain);
  }
}

void Outputs::forget(events::Time at, const KeyRef& key, OutputState& state, OutputList& out) const {
  end_all(timer_position(at), "no data", key, state, out);
}

void Outputs::evict(const Position& position, const KeyRef& key, OutputState& state, OutputList& out) const {
  end_all(position, "memory", key, state, out);
}

void Outputs::end_all(const Position& position, std::string_view reason, const KeyRef& key, OutputState& state,
                      OutputList& out) const {
  state.throttled.forget(key.id);
  while (std::vector<Life>* lives = state.lives.of(key.id)) {
    const Life& life = lives->front();
    if (life.fires()) resolve(life, position, key, nullptr, reason, state, out);
    state.lives.end(key.id, life.place, life.grain);
  }
}

Position Outputs::timer_position(events::Time time) const {
  Position position;
  position.time = time;
  position.phase = 1;
  position.layer = plan_.layer;
  return position;
}

void Outputs::resolve(const Life& life, const Position& position, const KeyRef& key, const Item* by,
                      std::string_view reason, OutputState& state, OutputList& out) const {
  if (!plan_.shadow) deliver(resolved(life, position, key, by, reason, state.turn++, state), out);
}

std::shared_ptr<Output> Outputs::resolved(const Life& life, const Position& position, const KeyRef& key, const Item* by,
                                          std::string_view reason, std::uint64_t turn, const OutputState& state) const {
  const events::SymbolTable& symbols = state.texts.symbols();
  const events::Time time = position.time;
  const std::shared_ptr<Output> output = begin(life.place, position, key_values(key, symbols), time);
  output->start_order = life.start_order;
  output->turn = turn;
  Message& message = output->message;
  message = life.message;
  message.state = AlertState::resolved;
  message.reason = reason;
  message.time = time;
  if (!life.window) message.end = time;
  message.suppressed = 0;
  message.repeat = 0;
  message.early = 0;
  message.revision = 0;
  message.id = output_id({plan_.name, life.place, &output->key, time, life.fold, life.taken, AlertState::resolved, 0,
                          life.window ? &*life.window : nullptr});
  if (compiled_[life.place].dedup) {
    output->dedup = std::make_unique<Dedup>();
    *output->dedup = {Dedup::Change::leave, life.dedup, {}, nullptr, plan_.forget, life.fold, life.taken, life.window};
  }
  if (by == nullptr) return output;
  const events::RowOrigin& origin = by->loaded->batch.origins[by->row];
  message.correlation_id = origin.correlation_id;
  message.trace_parent = origin.trace_parent;
  ++message.causes_total;
  message.causes.push_back({std::string(symbols.text(origin.source)), std::string(origin.id)});
  if (message.causes.size() > 2 * matcher::kToldCauses)
    message.causes.erase(message.causes.begin() + matcher::kToldCauses);
  return output;
}

void Outputs::write(const OutputState& state, std::uint32_t key, events::Time now, std::string& out) const {
  if (plan_.throttle) state.throttled.write(*plan_.throttle, key, now, out);
  if (!has_lives_) return;
  const std::vector<Life>* lives = state.lives.of(key);
  events::put(out, static_cast<std::uint32_t>(lives == nullptr ? 0 : lives->size()));
  if (lives == nullptr) return;
  for (const Life& life : *lives) write_life(life, out);
}

void Outputs::write_life(const Life& life, std::string& out) const {
  const Message& message = life.message;
  events::put(out, life.place);
  events::put(out, life.grain);
  events::put(out, static_cast<std::uint8_t>(life.stage));
  events::put(out, life.due.ns);
  events::put(out, life.start_order);
  events::put(out, life.fold);
  events::put(out, life.taken);
  events::put(out, static_cast<std::uint8_t>(life.window ? 1 : 0));
  if (life.window) {
    events::put(out, life.window->start.ns);
    events::put(out, life.window->end.ns);
    events::put(out, life.window->grain.ns);
    events::put(out, life.window->fold);
    events::put(out, life.window->early);
    events::put(out, life.window->revision);
  }
  put_value(out, life.dedup);
  events::put_text(out, life.each);
  events::put_text(out, message.alert);
  events::put(out, message.start.ns);
  events::put(out, message.end.ns);
  events::put(out, message.early);
  events::put(out, message.revision);
  events::put(out, static_cast<std::uint8_t>(message.severity));
  events::put_text(out, message.text);
  for (const events::NamedValue& field : message.fields) put_value(out, field.second);
  events::put(out, static_cast<std::uint32_t>(message.causes.size()));
  for (const events::Cause& cause : message.causes) {
    events::put_text(out, cause.source);
    events::put_text(out, cause.id);
  }
  events::put(out, message.causes_total);
  events::put_text(out, message.correlation_id);
  events::put_text(out, message.trace_parent);
}

bool Outputs::read(OutputState& state, const KeyRef& key, std::string_view bytes) const {
  events::ByteReader in{bytes};
  if (plan_.throttle) state.throttled.read(key.id, in);
  if (has_lives_)
    for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count)
      if (!read_life(in, key, state)) return false;
  return in.good && bytes.empty();
}

bool Outputs::read_life(events::ByteReader& in, const KeyRef& key, OutputState& state) const {
  Life life;
  life.place = in.get<std::uint32_t>();
  if (!in.good || life.place >= compiled_.size() || !compiled_[life.place].has_life()) return false;
  const Compiled& compiled = compiled_[life.place];
  life.grain = in.get<std::uint32_t>();
  if (life.grain > 0 && (!plan_.window || life.grain >= plan_.window->grains.size())) return false;
  const auto stage = in.get<std::uint8_t>();
  if (stage > static_cast<std::uint8_t>(Life::Stage::ending)) return false;
  life.stage = static_cast<Life::Stage>(stage);
  life.due = {in.get<std::int64_t>()};
  const bool waits = life.stage == Life::Stage::pending || life.stage == Life::Stage::ending;
  if (!compiled.lives && life.stage != Life::Stage::firing) return false;
  if (compiled.lives && waits != (life.due != events::kLatest)) return false;
  if (compiled.ending && compiled.ending->kind == Kind::on && life.due != events::kLatest) return false;
  life.start_order = in.get<std::uint64_t>();
  life.fold = in.get<std::uint64_t>();
  life.taken = in.get<std::uint64_t>();
  if ((in.get<std::uint8_t>() != 0) != compiled.lives) return false;
  if (compiled.lives) {
    WindowIdentity& window = life.window.emplace();
    window.start = {in.get<std::int64_t>()};
    window.end = {in.get<std::int64_t>()};
    window.grain = {in.get<std::int64_t>()};
    window.fold = in.get<std::uint64_t>();
    window.early = in.get<std::uint64_t>();
    window.revision = in.get<std::uint64_t>();
  }
  life.dedup = take_value(in);
  if (!events::is_null(life.dedup) && !(compiled.dedup && events::type_of(life.dedup) == compiled.dedup->type))
    return false;
  life.each = in.text();
  life.message = begin(life.place, {}, key_values(key, state.texts.symbols()), {})->message;
  if (!read_told(in, compiled, life.message)) return false;
  if (state.lives.find(key.id, life.place, life.grain) != nullptr) return false;
  state.lives.begin(key.id, std::move(life));
  return true;
}

bool Outputs::read_told(events::ByteReader& in, const Compiled& compiled, Message& message) {
  message.alert = in.text();
  message.start = {in.get<std::int64_t>()};
  message.end = {in.get<std::int64_t>()};
  message.early = in.get<std::uint64_t>();
  message.revision = in.get<std::uint64_t>();
  const auto severity = in.get<std::uint8_t>();
  if (severity >= events::kSeverityNames.size()) return false;
  message.severity = static_cast<events::Severity>(severity);
  message.text = in.text();
  for (const Named& field : compiled.fields) {
    Value value = take_value(in);
    if (!events::is_null(value) && events::type_of(value) != field.code.type) return false;
    message.fields.emplace_back(field.name, std::move(value));
  }
  const auto causes = in.get<std::uint32_t>();
  if (causes > 2 * matcher::kToldCauses) return false;
  for (std::uint32_t i = 0; i < causes && in.good; ++i) {
    events::Cause cause;
    cause.source = in.text();
    cause.id = in.text();
    message.causes.push_back(std::move(cause));
  }
  message.causes_total = in.get<std::uint64_t>();
  message.correlation_id = in.text();
  message.trace_parent = in.text();
  return in.good;
}

}  // namespace tocsin::engine
