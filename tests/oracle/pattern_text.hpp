// A short notation for patterns, streams and matches, so that a test case is a line of a table.
//
//   pattern  the language's, with one letter for each type, `a` being type 0, and times in seconds without a unit:
//            `a ->[5] x:b{2,}?[1.5] until c => not d|e for 3 -> (f and g)[10]`
//   clauses  `all`, `up 2`, `keep`, `next`, `first 1`, `last 1` (a step's number), `timeout`, `runs 3`, `matches 2`,
//            `within 5`
//   stream   `a@0 b@1.5=7`                   time in seconds, then the values of the event's int fields: =7,8
//   matches  `0|1,2|-; 4|5|6`                for each match and step the numbers of its events; `-`: left out
//            `0|1@5.5` completed by a timer, `0|1!3` by event 3, `0@5#2` repetition 2, `timeout 0|-@5` no match
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/oracle.hpp"

namespace tocsin::oracle {

/// The rule's input is the types of the pattern and those in `also`.
rules::RulePlan plan_of(std::string_view pattern, std::string_view also = "", std::string_view clauses = "");
/// A step called `s<number>` that takes one event of `fits`.
rules::Step step_of(std::size_t number, std::vector<rules::Single> fits);
std::vector<Event> stream_of(std::string_view text);
std::string text_of(const std::vector<Match>& matches);

}  // namespace tocsin::oracle
