package dev.sluice.app.hub;

/** Hears how far a fetch has come. */
public interface FetchListener {

  /**
   * Once, before the first file.
   *
   * @param bytes the size of the model
   */
  void begins(long bytes);

  /**
   * @param bytes of the model that are there; it falls when a server makes a file start over
   */
  void reached(long bytes);
}
