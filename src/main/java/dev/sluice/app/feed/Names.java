package dev.sluice.app.feed;

import java.util.List;

/** Names put together from syllables: they name nobody, and there are too many to memorise. */
final class Names {

  static final List<String> PERIODS =
      List.of(
          "first quarter",
          "second quarter",
          "third quarter",
          "fourth quarter",
          "half year",
          "year");

  static final List<String> DAYS = List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday");

  private static final List<String> STEMS =
      List.of(
          "Var", "Quel", "Tarv", "Ombr", "Zell", "Corv", "Dran", "Ferr", "Gald", "Hest", "Jorl",
          "Kand", "Lomb", "Merv", "Nolt", "Orsk", "Prell", "Rund", "Silv", "Torm", "Ulv", "Vand",
          "Welt", "Yarr", "Brix", "Clav", "Delm", "Elst", "Fost", "Grun", "Halv", "Istr", "Karn",
          "Lund", "Mott", "Nyst", "Palv", "Rost", "Stov", "Trel");

  private static final List<String> COMPANY_ENDS =
      List.of(
          "ix", "ona", "ador", "etra", "aris", "ovia", "entis", "acor", "umex", "ilon", "eva",
          "atek", "ordia", "ux", "alis", "ino", "exa", "ora");

  private static final List<String> COMPANY_FORMS =
      List.of(
          "Holdings",
          "Group",
          "Corp",
          "Inc",
          "Bank",
          "Energy",
          "Industries",
          "Capital",
          "Partners",
          "Insurance",
          "Foods",
          "Motors",
          "Pharma",
          "Systems",
          "Logistics",
          "Airlines");

  private static final List<String> GIVEN_NAMES =
      List.of(
          "Anso", "Beyla", "Cormi", "Darel", "Elvin", "Fenna", "Gerro", "Hilmi", "Ismay", "Joran",
          "Kelda", "Lorin", "Mirel", "Nevin", "Orla", "Perin", "Runa", "Selmo", "Tavin", "Ulric",
          "Velda", "Wilmar", "Yoran", "Zelia");

  private static final List<String> SURNAME_ENDS =
      List.of(
          "inder", "eman", "asson", "ovic", "elli", "ansky", "ertz", "ino", "ardo", "eby", "ecker",
          "alov", "unde", "ier");

  private static final List<String> PLACE_ENDS =
      List.of(
          "mouth", "burg", "haven", "ford", "stad", "port", "dale", "bridge", "ville", "field",
          "minster", "wick");

  private Names() {}

  static String company(Draw draw) {
    return draw.from(STEMS) + draw.from(COMPANY_ENDS) + " " + draw.from(COMPANY_FORMS);
  }

  static String person(Draw draw) {
    return draw.from(GIVEN_NAMES) + " " + draw.from(STEMS) + draw.from(SURNAME_ENDS);
  }

  static String place(Draw draw) {
    return draw.from(STEMS) + draw.from(PLACE_ENDS);
  }
}
