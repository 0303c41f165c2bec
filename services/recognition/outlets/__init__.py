"""What others read of recognitions: badges, certificates, credit institutions."""
