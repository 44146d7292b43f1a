// The codes of diagnostics with their titles. Codes are permanent: a code that is no longer given keeps its line.
//
// E01xx reading the text · E02xx and up what it means · E09xx what this version can't do yet · Wxxxx warnings.
// Sorted by code; docs/diagnostics.md has a paragraph for each.
#pragma once

#include <string_view>

namespace tocsin::rules {

struct CodeTitle {
  std::string_view code;
  std::string_view title;
};

inline constexpr CodeTitle kCodes[] = {
    {"E0101", "something else was expected here"},
    {"E0102", "a string is not closed"},
    {"E0103", "a comment is not closed"},
    {"E0104", "an unknown escape in a string"},
    {"E0105", "a character that has no meaning here"},
    {"E0106", "a number or duration that can't be read"},
    {"E0107", "units of a duration out of order"},
    {"E0108", "a number that is too large"},
    {"E0109", "comparisons don't chain"},
    {"E0110", "nested too deeply"},
    {"E0111", "an expression that is too long"},
    {"E0112", "an unknown word"},
    {"E0113", "a file that is too large"},
    {"E0114", "a file that is not UTF-8"},
    {"E0115", "too many problems in one file"},
    {"E0116", "braces in a message that don't match"},
    {"E0117", "a reserved word as a name"},
    {"E0118", "a second quantifier"},
    {"E0201", "an event type that isn't there"},
    {"E0202", "a rule that isn't there"},
    {"E0203", "a field that isn't there"},
    {"E0204", "a step where a value must stand"},
    {"E0205", "a step that isn't there"},
    {"E0206", "a function that isn't there"},
    {"E0207", "a name that is taken"},
    {"E0208", "two fields of one name in an event type"},
    {"E0209", "a type of fields that isn't there"},
    {"E0210", "not a JSON pointer"},
    {"E0211", "two event types of one name on the wire"},
    {"E0212", "an operator or function that doesn't fit the types"},
    {"E0213", "a bool must stand here"},
    {"E0214", "a comparison with null"},
    {"E0215", "a function that takes something else"},
    {"E0216", "not a time"},
    {"E0217", "null where it has no type"},
    {"E0218", "an empty name on the wire"},
    {"E0219", "a name that could mean two things"},
    {"E0220", "a name that a function doesn't know"},
    {"E0221", "a constant or function that needs itself"},
    {"E0222", "a constant of another type than is asked for"},
    {"E0223", "a constant that its function can't use"},
    {"E0224", "a constant that isn't there"},
    {"E0225", "an object where a value must stand"},
    {"E0226", "not an attribute"},
    {"E0227", "a field of different types in the types of a step"},
    {"E0228", "an empty list of no known type"},
    {"E0301", "two steps of one name"},
    {"E0302", "a condition that reads a later step"},
    {"E0303", "a condition that reads its own step"},
    {"E0304", "a field of a step that may take several events"},
    {"E0305", "an absence with no event before it"},
    {"E0306", "a pattern that can match nothing"},
    {"E0307", "bounds of a quantifier that can't be"},
    {"E0308", "a key that not all event types of the rule have"},
    {"E0309", "a type that can't be a key"},
    {"E0310", "a part of the key that doesn't name each event type once"},
    {"E0311", "two parts of a key of one name"},
    {"E0313", "a clause that stands twice"},
    {"E0314", "a rule without a pattern"},
    {"E0315", "a rule that puts nothing out"},
    {"E0316", "a bound that allows nothing"},
    {"E0317", "a pattern with too many steps"},
    {"E0318", "a type that `from` leaves out"},
    {"E0319", "an absence that doesn't last for a duration"},
    {"E0401", "a bare name in an output"},
    {"E0402", "two fields of one name"},
    {"E0403", "a format that doesn't fit its value"},
    {"E0404", "rules that emit different fields"},
    {"E0405", "an emitted field without a value"},
    {"E0406", "an emitted field of another type"},
    {"E0407", "rules that feed each other in a circle"},
    {"E0408", "a severity must stand here"},
    {"E0409", "a field that every alert has"},
    {"E0501", "a test event without a value it needs"},
    {"E0502", "not a constant"},
    {"E0503", "a value of another type than the field"},
    {"E0504", "an alert that this test can't give"},
    {"E0505", "an event that this test can't emit"},
    {"E0506", "a field that the alerts don't have"},
    {"E0507", "too many events in a test"},
    {"E0508", "a test event that never comes"},
    {"E0509", "something expected after the test's end"},
    {"E0510", "an event that arrives before its time"},
    {"E0511", "a file without a name"},
    {"E0512", "alerts that have no life"},
    {"E0513", "an action that this test can't give"},
    {"E0901", "a part of the language that can't be used yet"},
    {"W0115", "too many warnings in one file"},
    {"W0201", "an event type that nothing names"},
    {"W0202", "a constant or function that nothing uses"},
    {"W0203", "an expression that is always null"},
    {"W0204", "a parameter that hides a constant"},
    {"W0205", "an attribute that resembles another"},
    {"W0301", "a rule that waits without end"},
    {"W0302", "a condition that always or never holds"},
    {"W0303", "`not` over what may be absent"},
    {"W0304", "an equality in the place of a key"},
    {"W0305", "a step's name that nothing reads"},
    {"W0306", "a name that hides another"},
    {"W0307", "a neighbour that only an absence names"},
    {"W0308", "an event that completes a match begins none"},
    {"W0309", "a choice that is never reached"},
    {"W0310", "events of all kinds in one partition"},
};

/// Empty for a code that isn't one.
constexpr std::string_view title_of(std::string_view code) {
  for (const CodeTitle& entry : kCodes)
    if (entry.code == code) return entry.title;
  return {};
}

}  // namespace tocsin::rules
