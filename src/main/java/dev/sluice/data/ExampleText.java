package dev.sluice.data;

import java.util.List;

/**
 * The text of an example: either a prompt with its completion, or a conversation.
 *
 * <p>It is customer data. {@code toString} gives lengths only, so that no log line or exception
 * message can carry it.
 */
public sealed interface ExampleText {

  /** A prompt and the completion that carries the loss. */
  record Completion(String prompt, String completion) implements ExampleText {
    @Override
    public String toString() {
      return "Completion[%d + %d characters]".formatted(prompt.length(), completion.length());
    }
  }

  /** A conversation; the turns of role {@code assistant} carry the loss. */
  record Conversation(List<Message> messages) implements ExampleText {
    public Conversation {
      messages = List.copyOf(messages);
    }

    @Override
    public String toString() {
      return "Conversation[%d messages]".formatted(messages.size());
    }
  }

  /**
   * One turn of a conversation.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   */
  record Message(String role, String content) {
    @Override
    public String toString() {
      return "Message[%s, %d characters]".formatted(role, content.length());
    }
  }
}
