// A key's runs as bytes and back.
//
// Grammar (integers little-endian, fixed width; symbols and ids as text):
//   key    := u8 version  u32 matches  u8 has a record  (i64 end  u64 clock of each lead)?  u32 causes  cause*  values
//             u32 runs  run*
//   cause  := u32 previous (place in this list, before this one; ~0: none)  u32 step  text source  text id
//             text correlation id  text trace parent
//   run    := u16 state  u8 fresh  u8 chain  u32 turns  u32 cause  u64 taken  i64 start  u64 start_order  u64 fold
//             validity words  registers
//   key of a program with shared_matches := u8 version  u32 matches  u8 has lists  lists (shared_state.cpp)?
//   values := lists and sets that registers hold (matcher/shared_values.hpp)
//   register := u64, or text where it holds a symbol and isn't null; u32 place in values where it holds a list or set
//   text   := u32 length  bytes
// Runs stand in list order; causes that several runs share stand once.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "events/bytes.hpp"
#include "matcher/matcher.hpp"
#include "matcher/shared_matches.hpp"

namespace tocsin::matcher {

namespace {

using events::Slot;
using events::Type;

constexpr std::uint8_t kVersion = 5;

constexpr std::uint8_t kSharedVersion = 0x81;

bool is_valid(const Run& run, RegisterId id) { return ((RunPool::valid(run)[id >> 6] >> (id & 63)) & 1) != 0; }

/// Numbers that steps and outputs may rely on: nothing is counted below 0, no double is other than finite.
bool possible(const Program& program, const RunPool& pool, const Run& run) {
  using Kind = Register::Kind;
  for (const Counter& counter : program.counters)
    if (pool.registers(run)[counter.target] > counter.counted) return false;
  for (const Turn& turn : program.turns) {
    for (const Update& update : turn.updates) {
      const Slot slot = pool.registers(run)[update.target];
      if (update.kind == Kind::count || update.kind == Kind::count_values) {
        if (events::int_of(slot) < 0) return false;
      } else if (update.kind == Kind::float_sum || update.kind == Kind::m2) {
        if (!std::isfinite(events::float_of(slot)) || (update.kind == Kind::m2 && events::float_of(slot) < 0))
          return false;
        // Values too far apart make the mean infinite and the deviation null.
        if (update.kind == Kind::m2 && is_valid(run, update.target) &&
            !std::isfinite(events::float_of(pool.registers(run)[update.mean])))
          return false;
      } else if (update.type == Type::floating && !std::isfinite(events::float_of(slot))) {
        return false;
      }
    }
  }
  return true;
}

/// Every machine is in a state of its own, or in none; the pattern's in the run's.
bool in_place(const Program& program, const RunPool& pool, const Run& run) {
  if (!program.threads) return program.states[run.state].kind == State::Kind::step;
  const auto* positions = reinterpret_cast<const Position*>(pool.registers(run) + program.positions);
  if (positions[0].state != run.state) return false;
  const auto holds_sides = [&](std::uint32_t number) {
    const Both& both = program.boths[number];
    for (std::uint32_t side = both.first_machine; side < both.first_machine + both.sides; ++side)
      if (positions[side].state == kNoState) return false;
    return true;
  };
  for (std::uint32_t i = 0; i < program.held_positions(); ++i) {
    const StateId at = positions[i].state;
    if (at == kNoState) continue;
    const bool held = i >= program.machines;
    if (at >= program.states.size() || program.states[at].machine != i % program.machines) return false;
    if (held && program.states[at].kind != State::Kind::end) return false;
    if (program.states[at].kind == State::Kind::both && !holds_sides(program.states[at].both)) return false;
  }
  return true;
}

bool is_shared(const Program& program, RegisterId id) {
  return std::find(program.shared.begin(), program.shared.end(), id) != program.shared.end();
}

ValuesId values_in(const RunPool& pool, const Run& run, RegisterId id) {
  return static_cast<ValuesId>(pool.registers(run)[id]);
}

/// Reads the list or set of register `id`.
bool read_values(const Program& program, RunPool& pool, Run& run, RegisterId id, std::uint32_t place,
                 ValuesReader& values) {
  for (const Turn& turn : program.turns)
    for (const Update& update : turn.updates) {
      if (update.target != id) continue;
      const bool list = update.kind == Register::Kind::collect;
      ValuesId found = kNoValues;
      if (!values.take(place, list ? SharedValues::Kind::list : SharedValues::Kind::set, update.type, found))
        return false;
      pool.registers(run)[id] = found;
      return found == kNoValues || is_valid(run, id);
    }
  return false;
}

/// Causes in an order where each stands behind its previous.
std::vector<CauseId> collect_causes(const RunPool& pool, const KeyState& key,
                                    std::unordered_map<CauseId, std::uint32_t>& places) {
  std::vector<CauseId> all;
  std::vector<CauseId> chain;
  for (RunId id = key.head; id != kNoRun; id = pool[id].next) {
    chain.clear();
    for (CauseId at = pool[id].cause; at != kNoCause && !places.contains(at); at = pool.cause(at).previous)
      chain.push_back(at);
    for (std::size_t i = chain.size(); i-- > 0;) {
      places[chain[i]] = static_cast<std::uint32_t>(all.size());
      all.push_back(chain[i]);
    }
  }
  return all;
}

}  // namespace

void write(const Program& program, const RunPool& pool, const KeyState& key, std::string& out) {
  if (program.shared_matches) {
    events::put(out, kSharedVersion);
    events::put(out, key.matches);
    events::put(out, static_cast<std::uint8_t>(key.head != kNoRun));
    if (key.head != kNoRun) shared_write(program, pool, key, out);
    return;
  }
  std::unordered_map<CauseId, std::uint32_t> places{{kNoCause, kNoCause}};
  const std::vector<CauseId> causes = collect_causes(pool, key, places);
  events::put(out, kVersion);
  events::put(out, key.matches);
  events::put(out, static_cast<std::uint8_t>(key.record != kNoRun));
  if (key.record != kNoRun) {
    const Run& record = pool[key.record];
    events::put(out, record.start.ns);
    for (const Guard& lead : program.leads) events::put(out, pool.registers(record)[lead.deadline]);
  }
  events::put(out, static_cast<std::uint32_t>(causes.size()));
  for (const CauseId id : causes) {
    const CauseNode& node = pool.cause(id);
    events::put(out, places.at(node.previous));
    events::put(out, node.step);
    events::put_text(out, pool.symbols().text(node.source));
    events::put_text(out, node.id());
    const RunPool::Context* context = pool.context(id);
    events::put_text(out, context == nullptr ? std::string_view() : context->correlation_id);
    events::put_text(out, context == nullptr ? std::string_view() : context->trace_parent);
  }
  ValuesWriter values(pool.values);
  for (RunId id = key.head; id != kNoRun; id = pool[id].next)
    for (const RegisterId r : program.shared) values.add(values_in(pool, pool[id], r));
  values.put(out, pool.symbols());
  std::uint32_t runs = 0;
  for (RunId id = key.head; id != kNoRun; id = pool[id].next) ++runs;
  events::put(out, runs);
  for (RunId id = key.head; id != kNoRun; id = pool[id].next) {
    const Run& run = pool[id];
    events::put(out, run.state);
    events::put(out, run.fresh);
    events::put(out, run.chain);
    events::put(out, run.turns);
    events::put(out, places.at(run.cause));
    events::put(out, run.taken);
    events::put(out, run.start.ns);
    events::put(out, run.start_order);
    events::put(out, run.fold);
    for (std::uint32_t w = 0; w < pool.valid_words(); ++w) events::put(out, RunPool::valid(run)[w]);
    for (RegisterId r = 0; r < pool.register_count(); ++r) {
      if (program.holds_symbol[r] && is_valid(run, r))
        events::put_text(out, pool.symbols().text(events::symbol_of(pool.registers(run)[r])));
      else if (is_shared(program, r))
        events::put(out, values.place(values_in(pool, run, r)));
      else
        events::put(out, pool.registers(run)[r]);
    }
  }
}

tl::expected<KeyState, std::string> read(const Program& program, RunPool& pool, std::string_view& bytes,
                                         events::SymbolTable& symbols) {
  const auto bad = [](const char* what) { return tl::unexpected(std::string("state of a key: ") + what); };
  events::ByteReader in{bytes};
  if (program.shared_matches) {
    if (in.get<std::uint8_t>() != kSharedVersion) return bad(in.good ? "another version" : "cut short");
    KeyState key;
    key.matches = in.get<std::uint32_t>();
    const bool has_lists = in.get<std::uint8_t>() != 0;
    if (has_lists && in.good && !shared_read(program, pool, key, in, symbols) && in.good)
      return bad("partial matches that this program can't have");
    if (!in.good) return bad("cut short");
    return key;
  }
  if (in.get<std::uint8_t>() != kVersion) return bad(in.good ? "another version" : "cut short");
  std::vector<CauseId> causes;
  std::vector<std::uint32_t> lengths{0};  // of the chains that end in a cause; the first is none's
  KeyState key;
  key.matches = in.get<std::uint32_t>();
  if (in.get<std::uint8_t>() != 0) {
    key.record = make_record(pool);
    pool[key.record].start.ns = in.get<std::int64_t>();
    for (const Guard& lead : program.leads) pool.registers(pool[key.record])[lead.deadline] = in.get<std::uint64_t>();
  }
  RunId* link = &key.head;
  // On an error what was built is given back; nodes lose the reference that reading holds either way.
  const auto finish = [&](bool keep) {
    *link = kNoRun;
    for (const CauseId cause : causes) pool.release_cause(cause);
    if (!keep) clear(pool, key);
  };
  const auto cause_at = [&](std::uint32_t place) { return place < causes.size() ? causes[place] : kNoCause; };
  const auto length_at = [&](std::uint32_t place) { return place < causes.size() ? lengths[place + 1] : 0; };
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count) {
    const auto previous = in.get<std::uint32_t>();
    const auto step = in.get<std::uint32_t>();
    const std::string_view source = in.text();
    const std::string_view id = in.text();
    const std::string_view correlation_id = in.text();
    const std::string_view trace_parent = in.text();
    if (!in.good) break;
    if (step >= program.turns.size()) {
      finish(false);
      return bad("an event of a step that this program hasn't");
    }
    lengths.push_back(length_at(previous) + 1);
    pool.retain_cause(cause_at(previous));
    causes.push_back(pool.make_cause(cause_at(previous), step, symbols.intern(source), id));
    pool.add_context(causes.back(), correlation_id, trace_parent);
  }
  ValuesReader values(pool.values);
  if (in.good && !values.read(in, symbols) && in.good) {
    finish(false);
    return bad("a list or set of values that can't be");
  }
  const auto runs = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < runs && in.good; ++i) {
    const RunId id = pool.make();
    Run& run = pool[id];
    run.state = in.get<StateId>();
    run.fresh = in.get<std::uint8_t>();
    run.chain = in.get<std::uint8_t>();
    run.turns = in.get<std::uint32_t>();
    const auto cause = in.get<std::uint32_t>();
    run.cause = cause_at(cause);
    pool.retain_cause(run.cause);
    run.taken = in.get<std::uint64_t>();
    run.start.ns = in.get<std::int64_t>();
    run.start_order = in.get<std::uint64_t>();
    run.fold = in.get<std::uint64_t>();
    for (std::uint32_t w = 0; w < pool.valid_words(); ++w) RunPool::valid(run)[w] = in.get<std::uint64_t>();
    bool whole = true;
    for (RegisterId r = 0; r < pool.register_count() && in.good; ++r) {
      if (program.holds_symbol[r] && is_valid(run, r))
        pool.registers(run)[r] = events::slot_of(symbols.intern(in.text()));
      else if (is_shared(program, r))
        whole = read_values(program, pool, run, r, in.get<std::uint32_t>(), values) && whole;
      else
        pool.registers(run)[r] = in.get<std::uint64_t>();
    }
    *link = id;
    link = &run.next;
    if (run.state >= program.states.size() || !in_place(program, pool, run) || run.chain >= kMaxChain ||
        run.chain != length_at(cause) || !whole || !possible(program, pool, run)) {
      run.state = 0;  // so that clearing finds a run like any other
      finish(false);
      return bad("a run that this program can't have");
    }
  }
  finish(in.good);
  if (!in.good) return bad("cut short");
  return key;
}

}  // namespace tocsin::matcher
