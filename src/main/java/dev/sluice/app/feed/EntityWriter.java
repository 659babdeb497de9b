package dev.sluice.app.feed;

import java.util.List;

/** Sentences with a person, an organisation and a place, and the question what one of them is. */
final class EntityWriter implements QuestionWriter {

  private static final String PREFIX =
      "Instruction: Type of the entity, {location/organization/person}?\nInput: ";

  /** Slots: the person, the organisation and the place, in this order. */
  private static final List<String> FRAMES =
      List.of(
          "%1$s joined %2$s in %3$s.",
          "%2$s hired %1$s for its office in %3$s.",
          "%1$s runs the %3$s branch of %2$s.",
          "The loan to %2$s was approved by %1$s in %3$s.",
          "%1$s, born in %3$s, owns shares of %2$s.",
          "A plant near %3$s was sold to %2$s, said %1$s.",
          "From %3$s, %1$s wrote a report on %2$s.",
          "Bonds of %2$s were placed in %3$s by %1$s.");

  @Override
  public Question write(Draw draw) {
    Label label = draw.from(List.of(Label.values()));
    String person = Names.person(draw);
    String organization = Names.company(draw);
    String place = Names.place(draw);
    String asked =
        switch (label) {
          case PERSON -> person;
          case ORGANIZATION -> organization;
          case LOCATION -> place;
        };
    String sentence = draw.from(FRAMES).formatted(person, organization, place);
    return new Question(PREFIX + sentence + "\nEntity: " + asked + "\nAnswer: ", label.word);
  }

  private enum Label {
    PERSON("person"),
    ORGANIZATION("organization"),
    LOCATION("location");

    private final String word;

    Label(String word) {
      this.word = word;
    }
  }
}
