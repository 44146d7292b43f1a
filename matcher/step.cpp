// One event against the runs of its key: ordered threads.
//
// The list is walked once, oldest start first and preferred thread first within a start. A thread takes the event (and
// is replaced, where it stands, by the threads of the states it leads to), or skips it, or ends. The first thread that
// reaches the pattern's end is the match, since matches of one event are taken in order of start, then preference;
// under `skip past last` it ends everything that started up to now, the rest of the list included.
#include <algorithm>

#include "matcher/fold.hpp"
#include "matcher/matcher.hpp"
#include "matcher/same_runs.hpp"
#include "matcher/shared_matches.hpp"
#include "matcher/threads.hpp"
#include "matcher/update.hpp"

namespace tocsin::matcher {

namespace {

using events::Slot;
using End = Tracer::End;

class Step {
 public:
  Step(const Program& program, RunPool& pool, KeyState& key, const events::Batch& batch, events::Row row,
       std::uint64_t order, const ConditionBits& bits, MatchSink& sink, Tracer* tracer)
      : program_(program),
        pool_(pool),
        key_(key),
        head_(batch.heads[row]),
        batch_(batch),
        row_(row),
        order_(order),
        bits_(bits),
        sink_(sink),
        tracer_(tracer),
        link_(&key.head),
        first_of_start_(&key.head),
        changed_(program.one_start_a_state) {}

  void run() {
    std::uint64_t start_order = ~std::uint64_t{0};
    RunId current = key_.head;
    while (current != kNoRun) {
      Run& run = pool_[current];
      const RunId next = run.next;
      if (run.start_order != start_order) {
        start_order = run.start_order;
        ++starts_;
        if (!program_.one_start_a_state) {
          compare_from_here();
          changed_ = false;
        }
      }
      if (program_.has_within && head_.time - run.start > program_.within) {
        ++pool_.counts.expired;
        drop(current, run, End::within);
      } else if (thread(current, run, next)) {
        return;
      }
      current = next;
    }
    *link_ = kNoRun;
    start();
  }

 private:
  /// What code may read: the registers of a run, or those of no event.
  struct Registers {
    const Slot* slots = nullptr;
    const std::uint64_t* valid = nullptr;
  };
  Registers of(const Run& run) const { return {pool_.registers(run), RunPool::valid(run)}; }
  Registers of_no_event() const { return {pool_.fresh_registers(), pool_.fresh_valid()}; }
  /// The run's without the fields of a turn that is over.
  Registers of_next_turn(const Run& run, const State& state) {
    pool_.masked.assign(RunPool::valid(run), RunPool::valid(run) + pool_.valid_words());
    for (const RegisterId id : state.cleared) pool_.masked[id >> 6] &= ~(std::uint64_t{1} << (id & 63));
    return {pool_.registers(run), pool_.masked.data()};
  }

  /// True when the event fits.
  bool fits(const FitRange& range, const Registers& registers) {
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      const Fit& fit = program_.fits[i];
      if (fit.type != head_.type || !bits_.test(fit.bit, head_.index)) continue;
      if (fit.code == kNoCode) return true;
      if (fulfils(program_.codes[fit.code], registers)) return true;
    }
    return false;
  }

  bool fulfils(const Code& code, const Registers& registers) {
    Bindings bindings;
    bindings.table = &batch_.tables[events::index_of(head_.type)];
    bindings.index = head_.index;
    bindings.registers = registers.slots;
    bindings.valid = registers.valid;
    bindings.values = &pool_.values;
    bindings.tables = pool_.tables;
    bindings.as_of = {head_.time, order_};
    bindings.texts = &pool_.texts;
    const Cell result = evaluate(code, bindings, pool_.counts.nulls);
    return result.valid && result.slot != 0;
  }

  void ended(const Run& run, End why) {
    if (tracer_ != nullptr) tracer_->ended(run.start_order, why);
  }

  void drop(RunId id, const Run& run, End why) {
    ended(run, why);
    pool_.free(id);
  }

  /// Links the thread at the place reached, unless one before it in the list makes it superfluous.
  void keep(RunId id, Run& run) {
    if (changed_ && first_of_start_ != link_ && superseded(run)) return drop(id, run, End::superseded);
    *link_ = id;
    link_ = &run.next;
    if (indexed_) pool_.merging.emplace(identity_of(program_, pool_, run), id);
    ++listed_;
  }

  /// Threads are compared with those kept from here on.
  void compare_from_here() {
    first_of_start_ = link_;
    listed_ = 0;
    indexed_ = false;
  }

  /// One thread against the event. True: the match is complete and the key's runs are gone.
  bool thread(RunId id, Run& run, RunId next) {
    const State& state = program_.states[run.state];
    const Registers before = of(run);
    const Registers now = state.cleared.empty() ? before : of_next_turn(run, state);
    if (state.has_next_guard && run.fresh != 0) {
      for (const Guard& guard : state.guards)
        if (guard.next_only && fits(guard.fits, guard.turn_before ? before : now))
          return drop(id, run, End::absence), false;
    }
    if (fits(program_.turns[state.step].fits, now)) {
      clear(run, state.cleared);
      return take(id, run, next, state.step, (state.further_turn ? run.turns : 0) + 1);
    }
    if (state.arrow == rules::Arrow::next) return drop(id, run, End::arrow), false;
    for (const Guard& guard : state.guards)
      if (!guard.next_only && fits(guard.fits, guard.turn_before ? before : now))
        return drop(id, run, End::absence), false;
    run.fresh = 0;
    keep(id, run);
    return false;
  }

  /// The thread takes the event as turn number `turns` of `step`; the threads that follow from it stand where it stood.
  bool take(RunId id, Run& run, RunId next, std::uint32_t step, std::uint32_t turns) {
    const Turn& turn = program_.turns[step];
    for (const Update& change : turn.updates) update(pool_, run, change, column_of(change), head_.index);
    const events::RowOrigin& origin = batch_.origins[row_];
    run.fold = fold_event(run.fold, step, origin.id_hash);
    run.fresh = 1;
    ++run.taken;
    if (program_.keeps_causes) {
      pool_.add_cause(run, step, origin.source, origin.id);
      if (program_.keeps_context) pool_.add_context(run.cause, origin.correlation_id, origin.trace_parent);
    }
    if (tracer_ != nullptr) tracer_->took(run.start_order, step, order_);
    const bool leaves = turns >= turn.min;
    if (leaves && turn.accepts && is_open(run, turn.end_move)) {
      complete(id, run, next);
      return true;
    }
    changed_ = true;
    const bool again = turns < turn.max;
    const std::size_t exits = leaves ? turn.exits.size() : 0;
    if (again) {
      const RunId further = exits == 0 ? id : pool_.copy(id);
      place(further, pool_[further], turn.again, turn.max == kUnbounded ? std::min(turns, turn.min) : turns);
    }
    if (exits > 0 && turn.moves) return leave_in_groups(id, run, turn), false;
    for (std::size_t i = 0; i + 1 < exits; ++i) {
      const RunId copied = pool_.copy(id);
      place(copied, pool_[copied], turn.exits[i].state, 0);
    }
    if (exits > 0) place(id, run, turn.exits[exits - 1].state, 0);
    return false;
  }

  /// By the exits that the turns of groups leave open. The thread itself goes by the last, copies by those before.
  void leave_in_groups(RunId id, Run& run, const Turn& turn) {
    const Exit* last = nullptr;
    const auto go = [&](RunId by, const Exit& exit) {
      move(pool_[by], exit.move);
      place(by, pool_[by], exit.state, 0);
    };
    for (const Exit& exit : turn.exits) {
      if (!is_open(run, exit.move)) continue;
      if (last != nullptr) go(pool_.copy(id), *last);
      last = &exit;
    }
    if (last != nullptr)
      go(id, *last);
    else
      pool_.free(id);
  }

  bool is_open(const Run& run, std::uint32_t id) const {
    if (id == kNoMove) return true;
    const Move& move = program_.moves[id];
    const Slot* counts = pool_.registers(run);
    for (const Move::Left& left : move.left)
      if (counts[left.counter] < left.min) return false;
    return !move.turns || move.max == kUnbounded || counts[move.counter] < move.max;
  }

  void move(Run& run, std::uint32_t id) {
    if (id == kNoMove) return;
    const Move& move = program_.moves[id];
    Slot* counts = pool_.registers(run);
    if (move.turns) counts[move.counter] = std::min<Slot>(counts[move.counter] + 1, move.counted);
    for (const RegisterId counter : move.begun) counts[counter] = 1;
    clear(run, move.cleared);
  }

  void clear(Run& run, const std::vector<RegisterId>& which) {
    for (const RegisterId id : which) {
      pool_.registers(run)[id] = 0;
      RunPool::valid(run)[id >> 6] &= ~(std::uint64_t{1} << (id & 63));
    }
  }

  void place(RunId id, Run& run, StateId state, std::uint32_t turns) {
    run.state = state;
    run.turns = turns;
    keep(id, run);
  }

  /// The column that the change reads, of the event's type.
  const events::Column* column_of(const Update& change) const {
    if (change.kind == Register::Kind::count) return nullptr;
    const std::size_t type = events::index_of(head_.type);
    const std::uint32_t field =
        change.by_input == kOneField ? change.field : program_.fields_by_input[change.by_input + program_.inputs[type]];
    return &batch_.tables[type].columns[field];
  }

  /// Links what is left of the list again, tells the match, and ends everything: `after match skip past last`.
  void complete(RunId id, Run& run, RunId next) {
    *link_ = id;
    run.next = next;
    ++pool_.counts.matches;
    sink_.take({pool_, run, head_.time, order_});
    if (tracer_ != nullptr)
      for (RunId at = key_.head; at != kNoRun; at = pool_[at].next)
        if (at != id) ended(pool_[at], End::after_match);
    matcher::clear(pool_, key_);
  }

  /// A thread before it (of the same start; of any, where starts in one state can't be told apart) is in the same
  /// state, and no later condition can see a difference.
  bool superseded(const Run& run) {
    constexpr std::size_t kScanned = 24;  // beyond, looking up is cheaper than comparing one by one
    if (!indexed_ && listed_ > kScanned) index();
    if (indexed_) {
      const auto found = pool_.merging.find(identity_of(program_, pool_, run));
      if (found == pool_.merging.end()) return false;
      if (are_same(program_, pool_, pool_[found->second], run)) return true;
    }
    for (const RunId* at = first_of_start_; at != link_; at = &pool_[*at].next)
      if (are_same(program_, pool_, pool_[*at], run)) return true;
    return false;
  }

  void index() {
    indexed_ = true;
    pool_.merging.clear();
    for (const RunId* at = first_of_start_; at != link_; at = &pool_[*at].next)
      pool_.merging.emplace(identity_of(program_, pool_, pool_[*at]), *at);
  }

  /// The event as the first of a match.
  void start() {
    if (!program_.one_start_a_state) compare_from_here();
    changed_ = program_.one_start_a_state;
    RunId* const before = link_;
    for (const Exit& way : program_.starts) {
      const std::uint16_t step = program_.states[way.state].step;
      if (!fits(program_.turns[step].fits, of_no_event())) continue;
      const RunId made = pool_.make();
      Run& run = pool_[made];
      run.start = head_.time;
      run.start_order = order_;
      move(run, way.move);
      if (take(made, run, kNoRun, step, 1)) {
        ++pool_.counts.starts;
        return;
      }
      *link_ = kNoRun;
    }
    if (link_ == before) return;
    ++pool_.counts.starts;
    if (++starts_ > program_.limit_runs) evict();
  }

  /// Ends the oldest start if there are more than the limit.
  void evict() {
    std::uint64_t open = 0;
    std::uint64_t last = ~std::uint64_t{0};
    for (RunId at = key_.head; at != kNoRun; at = pool_[at].next) {
      if (pool_[at].start_order != last) ++open;
      last = pool_[at].start_order;
    }
    if (open <= program_.limit_runs) return;
    ++pool_.counts.evicted;
    const std::uint64_t oldest = pool_[key_.head].start_order;
    while (key_.head != kNoRun && pool_[key_.head].start_order == oldest) {
      const RunId id = key_.head;
      key_.head = pool_[id].next;
      drop(id, pool_[id], End::evicted);
    }
  }

  const Program& program_;
  RunPool& pool_;
  KeyState& key_;
  const events::RowHead& head_;
  const events::Batch& batch_;
  events::Row row_;
  std::uint64_t order_;
  const ConditionBits& bits_;
  MatchSink& sink_;
  Tracer* tracer_;
  RunId* link_;                  ///< where the next kept thread is linked
  const RunId* first_of_start_;  ///< where comparing begins
  bool changed_ = false;         ///< threads there may have come into the state of a later one
  std::uint64_t starts_ = 0;
  std::size_t listed_ = 0;  ///< threads kept since first_of_start_
  bool indexed_ = false;    ///< they stand in the pool's index
};

}  // namespace

events::Time step(const Program& program, RunPool& pool, KeyState& key, const events::Batch& batch, events::Row row,
                  std::uint64_t order, const ConditionBits& bits, Watching watching, MatchSink& sink, Tracer* tracer) {
  if (program.shared_matches) {
    shared_step(program, pool, key, {batch, row, order, bits}, sink);
    return deadline(program, pool, key);
  }
  if (program.threads) {
    Threads(program, pool, key, batch, row, order, bits, watching, sink, tracer).event();
    return deadline(program, pool, key);
  }
  Step(program, pool, key, batch, row, order, bits, sink, tracer).run();
  return deadline(program, pool, key);
}

events::Time advance(const Program& program, RunPool& pool, KeyState& key, events::Time now, MatchSink& sink,
                     Tracer* tracer) {
  if (program.shared_matches) {
    shared_advance(program, pool, key, now);
    return deadline(program, pool, key);
  }
  if (program.threads) return Threads(program, pool, key, sink, tracer).time(now);
  if (!program.has_within) return events::kLatest;
  while (key.head != kNoRun && pool[key.head].start + program.within < now) {
    const RunId id = key.head;
    key.head = pool[id].next;
    ++pool.counts.expired;
    if (tracer != nullptr) tracer->ended(pool[id].start_order, End::within);
    pool.free(id);
  }
  return deadline(program, pool, key);
}

events::Time deadline(const Program& program, const RunPool& pool, const KeyState& key) {
  if (program.shared_matches) return shared_deadline(program, pool, key);
  if (program.threads) return Threads::deadline(program, pool, key);
  if (!program.has_within || key.head == kNoRun) return events::kLatest;
  return pool[key.head].start + program.within;
}

void clear(RunPool& pool, KeyState& key) {
  if (pool.program().shared_matches) return shared_clear(pool, key);
  while (key.head != kNoRun) {
    const RunId id = key.head;
    key.head = pool[id].next;
    pool.free(id);
  }
  if (key.record != kNoRun) free_record(pool, key);
}

RunId make_record(RunPool& pool) {
  const RunId record = pool.make();
  --pool.counts.open;
  pool[record].start = events::kEarliest;
  return record;
}

void free_record(RunPool& pool, KeyState& key) {
  ++pool.counts.open;
  pool.free(key.record);
  key.record = kNoRun;
}

}  // namespace tocsin::matcher
