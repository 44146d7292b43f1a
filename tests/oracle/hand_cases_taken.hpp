// Which matches are taken: `match all`, `up to`, `after match`, `timeout`, limits. Cases decided by hand.
#pragma once

#include "tests/oracle/hand_case.hpp"

namespace tocsin::oracle {

inline const HandCase kTakenCases[] = {

    {"all: each way of each start", "a+ -> b", "a@0 a@1 b@2", "0,1|2; 0|2; 1|2", -1, "", "all keep"},
    {"… by skip past last only the first", "a+ -> b", "a@0 a@1 b@2", "0,1|2", -1, "", "all"},
    {"… by skip to next the first of each start", "a+ -> b", "a@0 a@1 b@2", "0,1|2; 1|2", -1, "", "all next"},
    {"… in order of completion, start, preference", "a{2,} any", "a@0 a@1 a@2", "0,1; 0,1,2; 0,2; 1,2", -1, "",
     "all keep"},
    {"… a match that isn't the first of its start", "a+", "a@0 a@1", "0; 0,1; 1", -1, "", "all keep"},
    {"up to n, of all starts at one event", "a+ -> b", "a@0 a@1 b@2", "0,1|2; 0|2", -1, "", "up 2 keep"},
    {"… at each event anew", "a ~> b", "a@0 a@1 b@2 b@3", "0|2; 0|3", -1, "", "up 1 keep"},

    {"… what is left out has its after match", "a{1,2} -> not x for 1", "a@0 a@0 a@1", "0,1@1; 2@2", -1, "",
     "up 1 next"},
    {"… and no timeout", "a{1,2} -> d", "a@0 a@0 d@0", "0,1|2", 1, "", "up 1 keep timeout"},

    {"skip to next", "a -> b", "a@0 a@1 b@2", "0|2; 1|2", -1, "", "next"},
    {"keep", "a -> b", "a@0 a@1 b@2", "0|2; 1|2", -1, "", "keep"},
    {"… one for each start all the same", "a ~> b", "a@0 b@1 b@2", "0|1", -1, "", "keep"},
    {"skip to first v: what started before it goes", "a -> b -> c", "a@0 a@1 b@2 a@3 c@4 b@5 c@6", "0|2|4; 3|5|6", -1,
     "", "first 1"},
    {"skip to last v", "a -> b+ -> a", "a@0 b@1 a@2 b@3 a@4", "0|1|2; 2|3|4", -1, "", "last 2"},
    {"… each event with the one before", "x:a -> y:a", "a@0 a@1 a@2", "0|1; 1|2", -1, "", "last 1"},
    {"… and past last", "x:a -> y:a", "a@0 a@1 a@2", "0|1"},
    {"skip to first of a loop's turns", "p -> a{2} -> b", "p@0 p@1 a@2 p@3 a@4 b@5 a@6 a@7 b@8", "0|2,4|5; 3|4,6|8", -1,
     "", "first 1"},
    {"… to the last", "p -> a{2} -> b", "p@0 p@1 a@2 p@3 a@4 b@5 a@6 b@7", "0|2,4|5", -1, "", "last 1"},
    {"… v is the start: as skip to next", "a+ -> b", "a@0 a@1 b@2", "0,1|2; 1|2", -1, "", "first 0"},
    {"… v has no event: as skip to next", "a -> b? -> c", "a@0 a@1 c@2", "0|-|2; 1|-|2", -1, "", "first 1"},

    {"timeout: the window's end", "a -> b", "a@0", "timeout 0|-@2", 2, "", "timeout"},
    {"… not where b comes exactly at it", "a -> b", "a@0 b@2", "0|1", 2, "", "timeout"},
    {"… b comes too late", "a -> b", "a@0 b@2.5", "timeout 0|-@2", 2, "", "timeout"},
    {"… not without an output for it", "a -> b", "a@0", "", 2},
    {"… nor without an end", "a -> b", "a@0", "", -1, "", "timeout"},
    {"… none for a run that an event ended", "a => b", "a@0 c@1", "", 2, "c", "timeout"},
    {"… the end of a bound", "a ->[1] b", "a@0", "timeout 0|-@1", 5, "", "timeout"},
    {"… of a gap", "a{2} [1]", "a@0", "timeout 0@1", -1, "", "timeout"},
    {"… of a span", "(a -> b)[1] -> c", "a@0", "timeout 0|-|-@1", -1, "", "timeout"},
    {"… the last of a start's runs", "a ->[1] b? -> c", "a@0", "timeout 0|-|-@3", 3, "", "timeout"},
    {"… with what the run with most events took", "a -> b? -> c", "a@0 b@1", "timeout 0|1|-@2", 2, "", "timeout"},
    {"… not that of a run that an event ended", "a -> (b => c) or d", "a@0 b@1 b@2", "timeout 0|-|-|-@3", 3, "",
     "timeout"},
    {"… the last run ended by an event: none", "a ->[1] b or (c? -> d) => e", "a@0 d@2 f@3", "", 9, "f", "timeout"},
    {"… each start's own, in order of time", "a -> b", "a@0 a@1", "timeout 0|-@2; timeout 1|-@3", 2, "", "timeout"},
    {"… none for a start that a match dropped", "a -> b", "a@0 a@1 b@2", "0|2", 5, "", "timeout"},
    {"… but where it wasn't", "a -> b", "a@0 a@1 b@2 a@3", "0|2; 1|2; timeout 3|-@8", 5, "", "next timeout"},
    {"… none for a start that has a match", "a ~> b", "a@0 b@1", "0|1", 5, "", "all keep timeout"},
    {"a waiting closing absence isn't ended by within", "a -> not x for 3", "a@0", "0@3", 1, "", "timeout"},

    {"limit runs: the oldest start goes", "a -> b", "a@0 a@1 a@2 b@3", "1|3; 2|3", -1, "", "next runs 2"},
    {"… without a timeout", "a -> b", "a@0 a@1", "timeout 1|-@6", 5, "", "next runs 1 timeout"},
    {"… what ended doesn't count", "a => b", "a@0 a@1 b@2", "1|2", -1, "", "next runs 1"},
    {"… nor what has its match", "a -> b", "a@0 b@1 a@2 a@3 b@4", "0|1; 2|4; 3|4", -1, "", "next runs 2"},
    {"limit matches", "a", "a@0 a@1 a@2", "0; 1", -1, "", "matches 2"},
    {"… ends what is open", "a -> b", "a@0 a@1 b@2 b@3", "0|2", 5, "", "next timeout matches 1"},
};

}  // namespace tocsin::oracle
