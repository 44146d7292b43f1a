// A short notation for patterns, streams and matches, so that a test case is a line of a table.
//
//   pattern  `a -> b{2,} => not c -> d|e?`   one letter for each type: `a` is type 0; a group
//            `( b -> c? ){2}` has its parentheses apart
//   stream   `a@0 b@1.5=7`                   time in seconds, then the values of the event's int fields: =7,8
//   matches  `0|1,2|-; 4|5|6`                for each match and step the numbers of its events; `-`: left out
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/oracle.hpp"

namespace tocsin::oracle {

/// The rule's input is the types of the pattern and those in `also`.
rules::RulePlan plan_of(std::string_view pattern, std::string_view also = "");
/// A step called `s<number>` that takes one event of `fits`.
rules::Step step_of(std::size_t number, std::vector<rules::Single> fits);
std::vector<Event> stream_of(std::string_view text);
std::string text_of(const std::vector<Match>& matches);

}  // namespace tocsin::oracle
