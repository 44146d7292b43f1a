// The engine's matcher driven the way the reference matcher is: a plan and the events of one key in, matches out.
//
// events → batches (cut where asked) → condition bits → step and advance → matches in the reference matcher's form.
// Single thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "events/batch.hpp"
#include "matcher/matcher.hpp"
#include "tests/oracle/oracle.hpp"

namespace tocsin::property {

/// A stream as the engine gets it. An event's id is its number in the stream.
struct Feed {
  std::vector<events::Batch> batches;
};
/// `cuts`: ascending numbers of events before which a new batch begins.
Feed feed_of(const events::Schema& schema, events::SymbolTable& symbols, const std::vector<oracle::Event>& stream,
             std::span<const std::size_t> cuts = {});

/// What may be done between events without changing what matches.
struct Between {
  bool write_and_read = false;  ///< the key's state becomes bytes, and is read back
  bool advance = false;         ///< time is told before each event, not only where a deadline has passed
  bool by_steps = false;        ///< where time passes deadlines, it stops behind each of them
  bool pass_over = false;       ///< events that concerns() says can do nothing aren't stepped
};

/// A compiled rule and one key. The plan needs an alert among its outputs: events of a match are kept for alerts only.
class Engine {
 public:
  Engine(const rules::RulePlan& plan, const events::Schema& schema, events::SymbolTable& symbols);

  /// The matches on `feed`, beginning with nothing. Throws std::runtime_error when a state can't be read back.
  std::vector<oracle::Match> run(const Feed& feed, Between between = {}, const oracle::Surroundings& around = {});

 private:
  void advance(events::Time now, matcher::MatchSink& sink, const Between& between);
  void write_and_read();

  std::vector<std::uint32_t> binding_;  ///< by step
  events::SymbolTable& symbols_;
  matcher::Conditions conditions_;
  matcher::RegisterFile registers_;
  matcher::Program program_;
  matcher::RunPool pool_;
  matcher::KeyState key_;
  events::Time deadline_ = events::kLatest;
  matcher::ConditionBits bits_;
};

}  // namespace tocsin::property
