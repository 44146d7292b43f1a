// What the engine's tests share: an engine over rule text, with a clock that the test moves, and what came out as text.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/engine.hpp"
#include "rules/compile.hpp"

namespace tocsin::engine::testing {

struct ManualClock : Clock {
  events::Time now() override { return wall; }
  events::Duration monotonic() override { return steady; }
  events::Time wall = rules::kTestStart;
  events::Duration steady{0};
};
struct Messages : OutputSink {
  void take(const events::Message& message) override { all.push_back(message); }
  std::vector<events::Message> all;
};
struct Letters : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override { all.push_back(letter); }
  std::vector<events::DeadLetter> all;
};

/// `files`: of tables, by path.
inline std::shared_ptr<const rules::RuleSet> rules_of(const std::string& text,
                                                      const std::map<std::string, std::string>& files = {}) {
  const rules::Sources sources{{"test.rules", text}};
  rules::Diagnostics warnings;
  auto set = rules::compile(sources, warnings, [&](const std::string& path) -> tl::expected<std::string, std::string> {
    const auto file = files.find(path);
    if (file == files.end()) return tl::unexpected(std::string("no such file"));
    return file->second;
  });
  if (!set) throw std::runtime_error(rules::render(set.error(), sources, false));
  return std::make_shared<const rules::RuleSet>(*std::move(set));
}

inline events::Duration duration_of(const std::string& text) { return events::parse_duration(text).value(); }
inline events::Time at(const std::string& text) { return rules::kTestStart + duration_of(text); }

/// `rule@3s`, of an emitted event `Type@3s`, with the fields: `rule@3s x=1`.
inline std::string text_of(const events::Message& message) {
  const bool alert = message.kind == events::Message::Kind::alert;
  std::string text = (alert ? message.rule : message.type) + "@" + events::format_duration(message.time - at("0s"));
  for (const auto& [name, value] : message.fields) text += fmt::format(" {}={}", name, events::to_text(value));
  return text;
}

struct Event {
  std::string type;  ///< empty: undeclared
  std::string time;  ///< after the test's start
  std::vector<events::Value> values;
  std::string id = {};  ///< empty: the number of the event
  std::string source = "test";
};

class Drive {
 public:
  explicit Drive(const std::string& rules_text, Options options = {.partitions = 1},
                 const std::map<std::string, std::string>& files = {})
      : engine(rules_of(rules_text, files), options, symbols, outputs, letters, clock) {}

  void push(InputId input, const std::vector<Event>& events) {
    auto loaded = engine.take_batch();
    for (const Event& event : events) {
      const events::TypeId type = event.type.empty() ? events::kNoType : engine.schema().find(event.type);
      if (!event.type.empty() && type == events::kNoType) throw std::runtime_error("no type " + event.type);
      const std::string id = event.id.empty() ? std::to_string(number_) : event.id;
      ++number_;
      if (type == events::kNoType)
        loaded->batch.begin_row(type, at(event.time), {});
      else
        events::append_event(loaded->batch, engine.schema(), symbols, type, at(event.time), id, event.source,
                             event.values);
    }
    engine.push(input, std::move(loaded));
  }

  /// What came out since the last call, `; ` between.
  std::string out() {
    std::string text;
    for (; told_ < outputs.all.size(); ++told_) text += (text.empty() ? "" : "; ") + text_of(outputs.all[told_]);
    return text;
  }

  events::SymbolTable symbols;
  Messages outputs;
  Letters letters;
  ManualClock clock;
  Engine engine;

 private:
  std::uint64_t number_ = 0;
  std::size_t told_ = 0;
};

inline events::Value integer(std::int64_t value) { return value; }

}  // namespace tocsin::engine::testing
