"""A market that is walked at random: people, clocks and the gateway do what they like, and every step is checked."""
