// From a match to what is put out: the outputs of a rule as compiled expressions, and what they keep from match to
// match.
//
//   match  : conditions (`if`) → throttle → messages; an alert with a life fires, or is an update of the one that
//   lives;
//            a start that time ended without a match gives the outputs that say `timeout`, a match the others
//   window : the same for a window's result: `when`, `if`; alerts fire when these begin to hold and are resolved when
//            they end to, at once or after `hold` and `keep`
//   event, due, forget : what else resolves alerts that live, or lets them fire: an event of their key, time, and the
//            key's silence
//
// Whether an alert with `dedup by` fires or updates another key's is only known once the outputs of all keys stand in
// order: engine/dedup.hpp.
//
// Outputs are immutable and shared by partitions; OutputState belongs to one rule in one partition.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/lives.hpp"
#include "engine/output.hpp"
#include "engine/reorder.hpp"
#include "engine/throttle.hpp"
#include "matcher/event_fit.hpp"
#include "matcher/matcher.hpp"
#include "matcher/windows.hpp"
#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::engine {

struct OutputState {
  explicit OutputState(const events::SymbolTable& symbols) : texts(symbols) {}
  /// Something is kept of the key.
  bool holds(std::uint32_t key) const { return throttled.holds(key) || lives.holds(key); }

  rules::Texts texts;
  std::vector<rules::Cell> parts;               ///< of the evaluation at hand
  const matcher::StreamRows* tables = nullptr;  ///< what lookups of stream tables read
  matcher::AsOf as_of{};                        ///< where what is evaluated stands
  Throttled throttled;
  Lives lives;
  std::uint64_t timeouts = 0;    ///< starts that time ended without a match, put out or not
  std::uint64_t put_out = 0;     ///< matches, timeouts, windows
  std::uint64_t suppressed = 0;  ///< matches that the throttle held back
  std::uint64_t shadowed = 0;    ///< matches that the rule would have put out if it were not a shadow
  std::uint64_t nulls = 0;       ///< arithmetic without a result
  std::uint64_t turn = 0;        ///< outputs so far, also those of shadows
};

/// A key as an id in its partition, and the slots of its parts.
struct KeyRef {
  std::uint32_t id = 0;
  const std::vector<events::Slot>& slots;
};

class Outputs {
 public:
  /// Registers that the outputs, and of a window rule `when`, read are added to `registers`, conditions of what
  /// resolves them to `conditions`.
  Outputs(const rules::RuleSet& set, std::uint32_t rule, matcher::RegisterFile& registers,
          matcher::Conditions& conditions, events::SymbolTable& symbols);

  /// What `match` of `key` puts out, in order of place. `completing`: the event; null: time.
  void match(const matcher::Match& match, const Position& position, const KeyRef& key,
             const events::RowOrigin* completing, OutputState& state, OutputList& out) const;

  /// What a result of the key's windows puts out. `draining`: the input is at its end, so that no alert is resolved and
  /// none begins to be held. What WindowSink::take gives.
  bool window(const matcher::WindowResult& result, const Position& position, const KeyRef& key, bool draining,
              OutputState& state, OutputList& out) const;

  /// Some alert has a life.
  bool has_lives() const { return has_lives_; }
  /// An event of `key`, before it is stepped: resolves live alerts that it ends.
  void event(const Item& item, const Position& position, const KeyRef& key, OutputState& state, OutputList& out) const;
  /// Alerts of `key` whose deadline lies before `now`: those held for so long fire, the others are resolved, where it
  /// lies before `resolve_until` too.
  void due(events::Time now, events::Time resolve_until, const KeyRef& key, OutputState& state, OutputList& out) const;
  /// `key` was silent for so long: live alerts are resolved at `at`, for want of data, and its throttle begins anew.
  void forget(events::Time at, const KeyRef& key, OutputState& state, OutputList& out) const;
  /// There is no room for `key` any more: the same at `position`.
  void evict(const Position& position, const KeyRef& key, OutputState& state, OutputList& out) const;
  /// An alert's `values` as its message is now.
  void as_event(Output& output) const;

  /// What is kept of `key`, all events before `now` having been processed.
  void write(const OutputState& state, std::uint32_t key, events::Time now, std::string& out) const;
  /// The reverse. False: the bytes are none.
  bool read(OutputState& state, const KeyRef& key, std::string_view bytes) const;

 private:
  struct Part {
    std::string text;  ///< where there is no code
    matcher::Code code;
    std::string format;
  };
  struct Named {
    std::string name;
    matcher::Code code;
  };
  /// What ends a life.
  struct Ending {
    rules::Resolve::Kind kind = rules::Resolve::Kind::on;
    events::Duration span{};
    std::vector<matcher::EventFit> fits;
  };
  struct Compiled {
    events::Message::Kind kind = events::Message::Kind::alert;
    bool timeout = false;
    std::optional<matcher::Code> condition;
    matcher::Code severity;     ///< of an alert
    std::vector<Part> message;  ///< of an alert
    std::vector<Named> fields;
    std::string type;    ///< CloudEvents type
    std::string action;  ///< its name
    events::TypeId emitted = events::kNoType;
    std::vector<std::uint32_t> event_fields;            ///< AlertEvent::fields
    std::shared_ptr<const events::FieldPlaces> places;  ///< of what is emitted
    std::optional<Ending> ending;                       ///< of an alert with a life, in a pattern rule
    bool lives = false;                                 ///< the same, in a window rule
    events::Duration hold{};
    events::Duration keep{};
    std::optional<matcher::Code> dedup;
    bool has_life() const { return ending || lives; }
  };
  struct Evaluation;
  struct WindowAt;  ///< a result and where it stands

  std::vector<Named> compile_fields(const std::vector<rules::NamedExpr>& fields, matcher::RegisterFile& registers,
                                    events::SymbolTable& symbols) const;
  void compile_alert(const rules::AlertPlan& plan, matcher::RegisterFile& registers, matcher::Conditions& conditions,
                     events::SymbolTable& symbols, Compiled& to) const;
  std::vector<events::Value> key_values(const KeyRef& key, const events::SymbolTable& symbols) const;
  std::shared_ptr<Output> begin(std::uint32_t place, const Position& position, std::vector<events::Value> key,
                                events::Time time) const;
  void tell(const matcher::Match& match, const events::RowOrigin* completing, Evaluation& evaluation,
            Output& output) const;
  void tell_values(Evaluation& evaluation, Output& output) const;
  void give_life(const matcher::Match& match, const KeyRef& key, Evaluation& evaluation, OutputState& state,
                 Output& output) const;
  void deliver(const std::shared_ptr<Output>& output, OutputList& out) const;
  Position timer_position(events::Time time) const;
  /// `by`: the event; null: time, or the key's silence where there is a `reason`.
  std::shared_ptr<Output> resolved(const Life& life, const Position& position, const KeyRef& key, const Item* by,
                                   std::string_view reason, std::uint64_t turn, const OutputState& state) const;
  void resolve(const Life& life, const Position& position, const KeyRef& key, const Item* by, std::string_view reason,
               OutputState& state, OutputList& out) const;
  void end_all(const Position& position, std::string_view reason, const KeyRef& key, OutputState& state,
               OutputList& out) const;

  // window rules
  /// The alert at `place`, whose condition holds or doesn't. True: it is to be put out if the throttle lets it.
  bool judge(const WindowAt& at, std::uint32_t place, bool holds) const;
  std::shared_ptr<Output> tell_window(const WindowAt& at, std::uint32_t place) const;
  Life life_of(const WindowAt& at, std::uint32_t place) const;
  void put_window(const WindowAt& at, std::uint32_t place, std::uint64_t suppressed) const;
  void put_alert(const WindowAt& at, std::uint32_t place, std::uint64_t suppressed) const;
  std::string each_of(Evaluation& evaluation) const;
  /// What the life tells is put out as its firing.
  std::shared_ptr<Output> fire(Life& life, const Position& position, const KeyRef& key, std::uint64_t suppressed,
                               std::uint64_t turn, OutputState& state) const;
  /// The alert was held for so long.
  void ripen(Life& life, const KeyRef& key, OutputState& state, OutputList& out) const;

  void write_life(const Life& life, std::string& out) const;
  static bool read_told(events::ByteReader& in, const Compiled& compiled, events::Message& message);
  bool read_life(events::ByteReader& in, const KeyRef& key, OutputState& state) const;

  const rules::RulePlan& plan_;
  std::uint32_t rule_;
  const events::Schema& schema_;
  std::string_view zone_;
  std::vector<Compiled> compiled_;     ///< by place
  std::vector<matcher::Code> each_;    ///< of the throttle
  std::optional<matcher::Code> when_;  ///< of a window rule
  bool has_lives_ = false;
};

}  // namespace tocsin::engine
