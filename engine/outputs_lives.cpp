// Alerts with a life: what resolves them, and they as bytes.
//
// Grammar (integers little-endian; text := u32 length, bytes; value: value_bytes.hpp):
//   kept := throttled  u32 lives  life*                     throttled: what Throttled::write gives
//   life := u32 place  i64 due  u64 start order  u64 fold  u64 taken  text alert  i64 start  u8 severity  text message
//           value field*  u32 causes  (text source, text id)*  u64 causes in all  text correlation id  text trace
//           parent
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
    return std::any_of(ending.fits.begin(), ending.fits.end(), [&](const matcher::Fit& fit) {
      return fit.type == head.type && item.loaded->bits.test(fit.bit, head.index);
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

void Outputs::due(events::Time now, const KeyRef& key, OutputState& state, OutputList& out) const {
  for (std::uint32_t place = 0; place < compiled_.size(); ++place) {
    if (!compiled_[place].ending) continue;
    const Life* life = state.lives.find(key.id, place);
    if (life == nullptr || life->due >= now) continue;
    resolve(*life, timer_position(life->due), key, nullptr, {}, state, out);
    state.lives.end(key.id, place);
  }
}

void Outputs::forget(events::Time at, const KeyRef& key, OutputState& state, OutputList& out) const {
  state.throttled.forget(key.id);
  if (!has_lives_) return;
  for (std::uint32_t place = 0; place < compiled_.size(); ++place) {
    const Life* life = state.lives.find(key.id, place);
    if (life == nullptr) continue;
    resolve(*life, timer_position(at), key, nullptr, "no data", state, out);
    state.lives.end(key.id, place);
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
  if (plan_.shadow) return;
  const events::SymbolTable& symbols = state.texts.symbols();
  const events::Time time = position.time;
  const std::shared_ptr<Output> output = begin(life.place, position, key_values(key, symbols), time);
  output->start_order = life.start_order;
  output->turn = state.turn++;
  Message& message = output->message;
  message = life.message;
  message.state = AlertState::resolved;
  message.reason = reason;
  message.time = message.end = time;
  message.suppressed = 0;
  message.repeat = 0;
  message.id = output_id({plan_.name, life.place, &output->key, time, life.fold, life.taken, AlertState::resolved});
  if (by != nullptr) {
    const events::RowOrigin& origin = by->loaded->batch.origins[by->row];
    message.correlation_id = origin.correlation_id;
    message.trace_parent = origin.trace_parent;
    ++message.causes_total;
    message.causes.push_back({std::string(symbols.text(origin.source)), std::string(origin.id)});
    if (message.causes.size() > 2 * matcher::kToldCauses)
      message.causes.erase(message.causes.begin() + matcher::kToldCauses);
  }
  as_event(*output);
  out.push_back(output);
}

void Outputs::write(const OutputState& state, std::uint32_t key, events::Time now, std::string& out) const {
  if (plan_.throttle) state.throttled.write(*plan_.throttle, key, now, out);
  if (!has_lives_) return;
  const std::vector<Life>* lives = state.lives.of(key);
  events::put(out, static_cast<std::uint32_t>(lives == nullptr ? 0 : lives->size()));
  if (lives == nullptr) return;
  for (const Life& life : *lives) {
    const Message& message = life.message;
    events::put(out, life.place);
    events::put(out, life.due.ns);
    events::put(out, life.start_order);
    events::put(out, life.fold);
    events::put(out, life.taken);
    events::put_text(out, message.alert);
    events::put(out, message.start.ns);
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
  if (!in.good || life.place >= compiled_.size() || !compiled_[life.place].ending) return false;
  const Compiled& compiled = compiled_[life.place];
  life.due = {in.get<std::int64_t>()};
  if (compiled.ending->kind == Kind::on && life.due != events::kLatest) return false;
  life.start_order = in.get<std::uint64_t>();
  life.fold = in.get<std::uint64_t>();
  life.taken = in.get<std::uint64_t>();
  life.message = begin(life.place, {}, key_values(key, state.texts.symbols()), {})->message;
  Message& message = life.message;
  message.alert = in.text();
  message.start = {in.get<std::int64_t>()};
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
  if (!in.good || state.lives.find(key.id, life.place) != nullptr) return false;
  state.lives.begin(key.id, std::move(life));
  return true;
}

}  // namespace tocsin::engine
