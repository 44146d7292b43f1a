#include "engine/outputs.hpp"

#include <algorithm>

#include "engine/evaluation.hpp"
#include "engine/output_id.hpp"
#include "engine/value_bytes.hpp"
#include "rules/functions.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::engine {

using events::AlertState;
using events::Message;
using events::Value;
using rules::overloaded;

Outputs::Outputs(const rules::RuleSet& set, std::uint32_t rule, matcher::RegisterFile& registers,
                 matcher::Conditions& conditions, events::SymbolTable& symbols)
    : plan_(set.rules[rule]), rule_(rule), schema_(set.schema), zone_(set.zone) {
  for (const rules::OutputPlan& output : plan_.outputs) {
    Compiled compiled;
    compiled.timeout = output.timeout;
    if (output.condition) compiled.condition = matcher::compile(*output.condition, registers, symbols);
    std::visit(
        overloaded{
            [&](const rules::AlertPlan& alert) { compile_alert(alert, registers, conditions, symbols, compiled); },
            [&](const rules::ActionPlan& action) {
              compiled.kind = Message::Kind::action;
              compiled.type = "tocsin.action";
              compiled.action = action.name;
              compiled.fields = compile_fields(action.fields, registers, symbols);
            },
            [&](const rules::EmitPlan& emit) {
              const events::EventType& type = schema_[emit.type];
              compiled.kind = Message::Kind::event;
              compiled.type = type.wire;
              compiled.emitted = emit.type;
              compiled.places = events::places_of(type);
              for (std::size_t i = 0; i < emit.fields.size(); ++i)
                compiled.fields.push_back({type.fields[i].name, matcher::compile(emit.fields[i], registers, symbols)});
            }},
        output.node);
    has_lives_ |= compiled.has_life();
    compiled_.push_back(std::move(compiled));
  }
  if (plan_.window && plan_.window->when) when_ = matcher::compile(*plan_.window->when, registers, symbols);
  if (plan_.throttle)
    for (const rules::Expr& each : plan_.throttle->each) each_.push_back(matcher::compile(each, registers, symbols));
}

std::vector<Outputs::Named> Outputs::compile_fields(const std::vector<rules::NamedExpr>& fields,
                                                    matcher::RegisterFile& registers,
                                                    events::SymbolTable& symbols) const {
  std::vector<Named> compiled;
  for (const rules::NamedExpr& field : fields)
    compiled.push_back({field.name, matcher::compile(field.expr, registers, symbols)});
  return compiled;
}

void Outputs::compile_alert(const rules::AlertPlan& plan, matcher::RegisterFile& registers,
                            matcher::Conditions& conditions, events::SymbolTable& symbols, Compiled& to) const {
  to.type = "tocsin.alert";
  to.severity = matcher::compile(plan.severity, registers, symbols);
  for (const rules::MessagePart& part : plan.message) {
    Part made;
    made.format = part.format;
    std::visit(overloaded{[&](const std::string& text) { made.text = text; },
                          [&](const rules::Expr& expr) { made.code = matcher::compile(expr, registers, symbols); }},
               part.node);
    to.message.push_back(std::move(made));
  }
  to.fields = compile_fields(plan.fields, registers, symbols);
  to.emitted = plan.event.type;
  to.event_fields = plan.event.fields;
  if (plan.dedup) to.dedup = matcher::compile(*plan.dedup, registers, symbols);
  to.lives = plan_.window && plan_.window->aggregated && plan_.window->kind != rules::WindowPlan::Kind::rows;
  to.hold = plan.hold;
  to.keep = plan.keep;
  if (!plan.resolve) return;
  Ending ending;
  ending.kind = plan.resolve->kind;
  ending.span = plan.resolve->span;
  for (const rules::Single& single : plan.resolve->fits)
    ending.fits.push_back(matcher::compile_fit(single, conditions, symbols));
  to.ending = std::move(ending);
}

std::vector<Value> Outputs::key_values(const KeyRef& key, const events::SymbolTable& symbols) const {
  std::vector<Value> values;
  for (std::size_t i = 0; i < key.slots.size(); ++i)
    values.push_back(events::to_value(plan_.key[i].type, key.slots[i], symbols));
  return values;
}

void Outputs::match(const matcher::Match& match, const Position& position, const KeyRef& key,
                    const events::RowOrigin* completing, OutputState& state, OutputList& out) const {
  if (match.timeout) ++state.timeouts;
  Evaluation evaluation(key, state, state.texts);
  evaluation.read(match);
  std::vector<std::uint32_t> holding;
  for (std::uint32_t place = 0; place < compiled_.size(); ++place) {
    const Compiled& compiled = compiled_[place];
    if (compiled.timeout != match.timeout) continue;
    if (!compiled.condition || evaluation.holds(*compiled.condition)) holding.push_back(place);
  }
  if (holding.empty()) return;

  Throttled::Decision decision;
  if (plan_.throttle) {
    decision = state.throttled.take(*plan_.throttle, key.id, each_of(evaluation), match.completion);
    if (!decision.given) {
      ++state.suppressed;
      return;
    }
  }
  ++(plan_.shadow ? state.shadowed : state.put_out);

  const std::vector<Value> values = key_values(key, state.texts.symbols());
  const std::uint64_t turn = state.turn++;
  for (const std::uint32_t place : holding) {
    const std::shared_ptr<Output> output = begin(place, position, values, match.completion);
    output->start_order = match.run.start_order;
    output->turn = turn;
    output->message.suppressed = decision.suppressed;
    output->message.repeat = match.repeat;
    tell(match, completing, evaluation, *output);
    output->message.id = output_id({plan_.name, place, &output->key, match.completion, match.run.fold, match.run.taken,
                                    AlertState::once, match.repeat});
    if (compiled_[place].ending) give_life(match, key, evaluation, state, *output);
    deliver(output, out);
  }
}

std::string Outputs::each_of(Evaluation& evaluation) const {
  std::string each;
  for (const matcher::Code& code : each_) put_value(each, evaluation.value(code));
  return each;
}

void Outputs::deliver(const std::shared_ptr<Output>& output, OutputList& out) const {
  if (output->dedup == nullptr) as_event(*output);
  if (!plan_.shadow) out.push_back(output);
}

std::shared_ptr<Output> Outputs::begin(std::uint32_t place, const Position& position, std::vector<Value> key,
                                       events::Time time) const {
  const Compiled& compiled = compiled_[place];
  auto output = std::make_shared<Output>();
  output->position = position;
  output->priority = plan_.priority;
  output->rule = rule_;
  output->key = std::move(key);
  output->place = place;
  output->emitted = compiled.emitted;
  Message& message = output->message;
  message.kind = compiled.kind;
  message.rule = plan_.name;
  message.type = compiled.type;
  message.time = time;
  if (compiled.kind == Message::Kind::event) {
    message.places = compiled.places;
    return output;
  }
  message.action = compiled.action;
  message.version = plan_.version;
  message.end = time;
  for (std::size_t i = 0; i < output->key.size(); ++i) message.key.emplace_back(plan_.key[i].name, output->key[i]);
  if (compiled.kind == Message::Kind::alert) message.runbook = plan_.runbook;
  return output;
}

namespace {

events::Cause cause_of(const matcher::CauseNode& node, const events::SymbolTable& symbols) {
  return {std::string(symbols.text(node.source)), std::string(node.id())};
}

/// The last event of a match; `completing` may come behind it, or be null.
events::Cause last_of(const matcher::Match& match, const events::RowOrigin* completing,
                      const events::SymbolTable& symbols) {
  if (match.run.cause != matcher::kNoCause) return cause_of(match.pool.cause(match.run.cause), symbols);
  return {std::string(symbols.text(completing->source)), std::string(completing->id)};
}

/// False: the completing event only ended an absence, and is none of the match.
bool is_last(const matcher::Match& match, const events::RowOrigin& completing) {
  if (match.run.cause == matcher::kNoCause) return true;
  const matcher::CauseNode& last = match.pool.cause(match.run.cause);
  return last.source == completing.source && last.id() == completing.id;
}

/// The first and the last events of a match.
void tell_causes(const matcher::Match& match, const events::SymbolTable& symbols, Message& message) {
  std::vector<events::Cause> chain;
  for (matcher::CauseId at = match.run.cause; at != matcher::kNoCause; at = match.pool.cause(at).previous)
    chain.push_back(cause_of(match.pool.cause(at), symbols));
  std::reverse(chain.begin(), chain.end());
  if (chain.size() > 2 * matcher::kToldCauses)
    chain.erase(chain.begin() + matcher::kToldCauses, chain.end() - matcher::kToldCauses);
  message.causes = std::move(chain);
}

}  // namespace

void Outputs::tell(const matcher::Match& match, const events::RowOrigin* completing, Evaluation& evaluation,
                   Output& output) const {
  const Compiled& compiled = compiled_[output.place];
  const events::SymbolTable& symbols = evaluation.state.texts.symbols();
  Message& message = output.message;
  if (completing != nullptr && is_last(match, *completing)) {
    message.correlation_id = completing->correlation_id;
    message.trace_parent = completing->trace_parent;
  } else if (const auto* context = match.pool.context(match.run.cause)) {
    message.correlation_id = context->correlation_id;
    message.trace_parent = context->trace_parent;
  }
  message.causes_total = match.run.taken;
  tell_values(evaluation, output);
  if (compiled.kind == Message::Kind::event) {
    message.causes.push_back(last_of(match, completing, symbols));
    return;
  }
  message.start = match.run.start;
  tell_causes(match, symbols, message);
}

void Outputs::tell_values(Evaluation& evaluation, Output& output) const {
  const Compiled& compiled = compiled_[output.place];
  Message& message = output.message;
  for (const Named& field : compiled.fields) message.fields.emplace_back(field.name, evaluation.value(field.code));
  if (compiled.kind != Message::Kind::alert) return;
  if (const Value severity = evaluation.value(compiled.severity); !events::is_null(severity))
    message.severity = std::get<events::Severity>(severity);
  for (const Part& part : compiled.message)
    message.text +=
        part.code.instructions.empty() ? part.text : rules::formatted(evaluation.value(part.code), part.format, zone_);
}

void Outputs::give_life(const matcher::Match& match, const KeyRef& key, Evaluation& evaluation, OutputState& state,
                        Output& output) const {
  const Compiled& compiled = compiled_[output.place];
  Message& message = output.message;
  Life* life = state.lives.find(key.id, output.place);
  message.state = life == nullptr ? AlertState::firing : AlertState::updated;
  message.id = output_id({plan_.name, output.place, &output.key, match.completion, match.run.fold, match.run.taken,
                          message.state, match.repeat});
  message.alert = life == nullptr ? message.id : life->message.alert;
  Life told;
  told.place = output.place;
  told.start_order = match.run.start_order;
  told.fold = match.run.fold;
  told.taken = match.run.taken;
  told.message = message;
  if (compiled.dedup) {
    told.dedup = evaluation.value(*compiled.dedup);
    output.dedup = std::make_unique<Dedup>();
    Dedup& dedup = *output.dedup;
    dedup = {Dedup::Change::join, told.dedup, {}, nullptr, plan_.forget, told.fold, told.taken, {}};
    if (life != nullptr) dedup.change = life->dedup == told.dedup ? Dedup::Change::stay : Dedup::Change::move;
    if (dedup.change == Dedup::Change::move) {
      dedup.from = life->dedup;
      dedup.left = resolved(*life, output.position, key, nullptr, {}, output.turn, state);
    }
  }
  if (life != nullptr) {
    told.due = life->due;
    *life = std::move(told);
    return;
  }
  const Ending& ending = *compiled.ending;
  if (ending.kind != rules::Resolve::Kind::on) told.due = match.completion + ending.span;
  state.lives.begin(key.id, std::move(told));
}

void Outputs::as_event(Output& output) const {
  const Compiled& compiled = compiled_[output.place];
  if (output.emitted == events::kNoType) return;
  const Message& message = output.message;
  if (compiled.kind == Message::Kind::event) {
    for (const events::NamedValue& field : message.fields) output.values.push_back(field.second);
    return;
  }
  output.values = {message.alert.empty() ? message.id : message.alert, std::string(events::name_of(message.state)),
                   message.severity};
  output.values.insert(output.values.end(), output.key.begin(), output.key.end());
  for (const std::uint32_t field : compiled.event_fields)
    output.values.push_back(field == rules::kNoField ? Value{} : message.fields[field].second);
}

}  // namespace tocsin::engine
