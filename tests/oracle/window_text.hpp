// Window rules, streams and what comes out in few words, for cases made by hand.
//
//   rule   : a list of clauses with `;` between. `tumbling 10`, `days 1 Europe/Berlin`, `sliding 10 every 5`, `session
//   5`,
//            `rolling 5`, `rolling 6 step 2`, `last 3`, `batch 3`, `global`, `rollup 2 4`, `rows`; `every 3`, `every
//            #2`, `late 5`, `forget 30`, `when count >= 2`, `when sum < 5`, `if sum > 3` (of all outputs), `only v > 0`
//            (of the events), `alert`, `emit` (the output; `emit` unless said), `hold 2`, `keep 2`, `dedup`, `throttle
//            1 per 5`; joins of A and B: `join`, `left`, `last`, `left last`, `within 3`, `same` (on a.v == b.v), `same
//            types` (A with A), `each row`. Numbers are seconds.
//   stream : `A@1=5`, `B@2.5=null/key`: type, seconds since the epoch, value (0 unless said), key (`k` unless said).
//   told   : `60-: 0..60 n=3 sum=6`: completion (`-`: a nanosecond before), start and end, rows and sum of the values
//   of
//            A; before it of an alert `fires`, `updated`, `resolved`, `no data`; behind it `early 1`, `revision 1`,
//            `withdrawn`, `suppressed 2`, `/key`. Of a joined row `5&7` instead of the sum: the values; `5&-` without
//            b.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/windows.hpp"

namespace tocsin::oracle {

/// Fields of both types: 0 `v` (int?), 1 `k` (string). Aggregates: 0 count(), 1 sum(v).
rules::RulePlan window_plan(const std::string& clauses);
std::vector<Event> window_stream(const std::string& text);
std::string text_of(const rules::RulePlan& plan, const WindowOutcome& outcome);

}  // namespace tocsin::oracle
